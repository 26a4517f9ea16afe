"""Names of rules, overrides and routes: each once in its list, since alerts and reports cite them."""

from collections.abc import Sequence
from typing import Protocol, TypeVar

from config.base import refused


class Named(Protocol):
    """Whatever carries a name."""

    @property
    def name(self) -> str:
        """The name, as written in the rules."""
        ...


T = TypeVar("T", bound=Named)


def unique_names(rules: tuple[T, ...]) -> tuple[T, ...]:
    """The rules as they are.

    Raises:
        PydanticCustomError: if two have the same name, pointing at the later ones.
    """
    repeated = _repeated([rule.name for rule in rules])
    if repeated:
        raise refused("is the name of an earlier one too; give each its own", *repeated)
    return rules


def _repeated(names: Sequence[str]) -> list[tuple[int, str]]:
    return [(i, "name") for i, name in enumerate(names) if name in names[:i]]
