"""The ``metadata`` of LiteLLM's records, as an object or as its JSON text, and the tags in it."""

from itertools import chain
from typing import Final, NamedTuple

import msgspec

from stream.formats.amounts import ABSENT
from stream.formats.counts import Count, count_of
from stream.formats.refused import DECODER_ERRORS, from_decoder
from stream.formats.tags import LONGEST, MOST, parse_tags
from stream.formats.text import Scalar
from stream.formats.use import tags_with

_NOT_TAGS: Final = ("user-agent:",)  # which LiteLLM adds to the tags of a request


class Cached(NamedTuple):
    """Tokens of the input that were read from and written to the vendor's cache."""

    read: int
    write: int


class _Details(msgspec.Struct, gc=False):
    cached_tokens: Count = None
    cache_creation_tokens: Count = None


class _Usage(msgspec.Struct, gc=False):
    prompt_tokens_details: _Details | None = None
    cache_read_input_tokens: Count = None
    cache_creation_input_tokens: Count = None


class Metadata(msgspec.Struct, gc=False):
    """Whose request it was, what its maker said of it, and the vendor's own counts."""

    user_api_key_alias: Scalar = None
    user_api_key_hash: Scalar = None
    user_api_key_team_alias: Scalar = None
    user_api_key_team_id: Scalar = None
    user_api_key_org_id: Scalar = None
    spend_logs_metadata: msgspec.Raw = ABSENT
    requester_metadata: msgspec.Raw = ABSENT
    usage_object: _Usage | None = None

    def cached(self) -> Cached:
        """The cached tokens, under whichever of their names."""
        usage = self.usage_object or _Usage()
        details = usage.prompt_tokens_details or _Details()
        return Cached(
            count_of("cached_tokens", usage.cache_read_input_tokens, details.cached_tokens) or 0,
            count_of(
                "cache_creation_tokens",
                usage.cache_creation_input_tokens,
                details.cache_creation_tokens,
            )
            or 0,
        )


_decoder = msgspec.json.Decoder(Metadata | None)
_list = msgspec.json.Decoder(list[str])


def metadata_of(raw: msgspec.Raw) -> Metadata:
    """The metadata of a record; an empty one where there is none.

    Raises:
        RefusedError: if it is neither an object nor the text of one.
    """
    try:
        return _decoder.decode(_unquoted(raw) or b"null") or Metadata()
    except DECODER_ERRORS as error:
        raise from_decoder(error) from None


def tags_of(metadata: Metadata, request_tags: msgspec.Raw, team: str) -> dict[str, str]:
    """What the request's maker said of it, its tags (``app:search`` is one named app), and its team."""
    said = {**parse_tags(metadata.requester_metadata), **parse_tags(metadata.spend_logs_metadata)}
    pairs = chain(said.items(), map(_pair, _tags_in(request_tags)))
    kept = dict(list(dict(pairs).items())[:MOST])
    return tags_with(kept, team=team)


def _tags_in(raw: msgspec.Raw) -> list[str]:
    try:
        found = _list.decode(_unquoted(raw) or b"[]")
    except DECODER_ERRORS:
        return []
    return [tag for tag in found if tag and not tag.lower().startswith(_NOT_TAGS)]


def _pair(tag: str) -> tuple[str, str]:
    name, colon, value = tag.partition(":")
    return name.strip()[:LONGEST], value.strip()[:LONGEST] if colon else "true"


def _unquoted(raw: msgspec.Raw) -> bytes:
    """The JSON within JSON text, or the JSON itself."""
    value = bytes(raw)
    if value[:1] != b'"':
        return b"" if value == b"null" else value
    return str(msgspec.json.decode(value)).encode("utf-8", "replace")
