"""Other keys under which a tag may come: what one team calls ``squad`` is another's ``team``."""

from typing import Annotated

from pydantic import AfterValidator, Field

from config.base import Text, refused
from config.value_rules import SEPARATORS

_Keys = Annotated[tuple[Text, ...], Field(min_length=1)]


def _distinct(aliases: dict[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    names = [SEPARATORS.sub("", key).casefold() for key in aliases]
    again = [(key,) for place, key in enumerate(aliases) if names[place] in names[:place]]
    if again:
        raise refused(
            "is another spelling of an earlier key; write all of its aliases there", *again
        )
    return aliases


TagAliases = Annotated[dict[Text, _Keys], AfterValidator(_distinct)]
