"""The mail server as one URL: where it is, who logs in, and how the way there is kept from being read."""

import re
from dataclasses import dataclass, field
from typing import Final, Literal
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

Encryption = Literal["none", "starttls", "tls"]
_PORTS: Final = {"smtp": 587, "smtps": 465}
_EXAMPLE: Final = "write for example smtp://user:password@mail.example.com:587"
_ENCODE: Final = "`/`, `?`, `#`, `@` and `%` in a password are written %2F, %3F, %23, %40 and %25"
_STARTTLS: Final[dict[str, Encryption]] = {"true": "starttls", "false": "none"}
_ADDRESS: Final = re.compile(
    r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.)*[A-Za-z0-9-]{1,63}"
)


@dataclass(frozen=True, slots=True)
class MailServer:
    """A server that takes mail."""

    host: str
    port: int
    encryption: Encryption
    user: str | None = None
    password: str | None = field(default=None, repr=False)


def read_mail_server(url: str) -> MailServer:
    """The server of ``smtp://user:password@host:port?starttls=true`` or ``smtps://...``.

    ``smtp`` upgrades to TLS unless it says ``starttls=false``; ``smtps`` speaks TLS from the first byte.

    Raises:
        ValueError: with what is wrong and what would be right. It holds nothing of the URL but its scheme.
    """
    parts = _split(url)
    if parts.scheme not in _PORTS or not parts.hostname:
        msg = f"is no address of a mail server; {_EXAMPLE}; {_ENCODE}"
        raise ValueError(msg)
    if parts.path not in {"", "/"} or parts.fragment:
        msg = f"has something behind the port; {_ENCODE}; {_EXAMPLE}"
        raise ValueError(msg)
    user, password = (
        None if one is None else unquote(one) for one in (parts.username, parts.password)
    )
    if (user is None) != (password is None) or user == "":
        msg = f"has a user without a password, or a password without a user; {_EXAMPLE}"
        raise ValueError(msg)
    return MailServer(
        parts.hostname, parts.port or _PORTS[parts.scheme], _encryption(parts), user, password
    )


def is_mail_address(text: str) -> bool:
    """Whether mail can go to, or come from, ``text``: ``name@host`` and nothing around it."""
    local = text.partition("@")[0]
    dots_are_inside = not local.startswith(".") and not local.endswith(".") and ".." not in local
    return bool(_ADDRESS.fullmatch(text)) and dots_are_inside


def _split(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        msg = f"is no address of a mail server; {_EXAMPLE}; {_ENCODE}"
        raise ValueError(msg) from None  # the error would show the port, which may be of a password
    if port == 0 or re.search(r"\s", url):
        msg = f"has a port 0 or a space; {_EXAMPLE}"
        raise ValueError(msg)
    return parts


def _encryption(parts: SplitResult) -> Encryption:
    said = parse_qs(parts.query, keep_blank_values=True)
    if set(said) - {"starttls"} or any(len(one) > 1 for one in said.values()):
        msg = "has an unknown option; write ?starttls=true, ?starttls=false or none"
        raise ValueError(msg)
    starttls = said.get("starttls", ["true"])[0].lower()
    if starttls not in _STARTTLS:
        msg = "has an unknown value of starttls; write ?starttls=true or ?starttls=false"
        raise ValueError(msg)
    if parts.scheme == "smtps":
        if "starttls" in said:
            msg = "has starttls, which smtps:// needs not: it is encrypted from the first byte; take it out"
            raise ValueError(msg)
        return "tls"
    return _STARTTLS[starttls]
