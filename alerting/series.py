"""The identity of a series: who spends on what, of which kind, in which currency."""

import re

import msgspec

_ESCAPE = {"%": "%25", "|": "%7C", "\n": "%0A", "\r": "%0D"}
_UNSAFE = re.compile(r"[%|\n\r]")
_ESCAPED = re.compile(r"%(25|7C|0A|0D)")
_PLAIN = {code: char for char, code in _ESCAPE.items()}


class SeriesKey(
    msgspec.Struct, frozen=True, array_like=True, order=True, gc=False, cache_hash=True
):
    """One team x service x environment x charge kind x currency of one source."""

    source: str
    team: str
    service: str
    environment: str  # "" where nothing says which
    charge_kind: str
    currency: str

    def text(self) -> str:
        """The key as one line; stable, since it names the state."""
        return _joined(
            self.source,
            self.team,
            self.service,
            self.environment,
            self.charge_kind,
            self.currency,
        )

    def kin_text(self) -> str:
        """Source, team and service as one line: of all series that are kin. Stable, since it chooses the partition."""
        return _joined(self.source, self.team, self.service)

    @classmethod
    def parse(cls, text: str) -> "SeriesKey":
        """The key of a line made by `text`.

        Raises:
            ValueError: if the line has not six parts.
        """
        parts = text.split("|")
        if "%" in text:
            parts = [_ESCAPED.sub(lambda hit: _PLAIN[hit.group()], part) for part in parts]
        if len(parts) != len(cls.__struct_fields__):
            raise ValueError(f"{text!r} is not a series key")
        return cls(*parts)


def _joined(*parts: str) -> str:
    return "|".join(_UNSAFE.sub(lambda hit: _ESCAPE[hit.group()], part) for part in parts)
