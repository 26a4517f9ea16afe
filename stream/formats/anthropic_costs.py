"""``anthropic.costs``: pages of Anthropic's cost report, money by day, in cents."""

import re
from decimal import Decimal
from typing import Final

import msgspec

from stream.charge import Charge
from stream.formats.amounts import ABSENT, amount_of
from stream.formats.event import Event
from stream.formats.pages import Result, charges_of, is_page_with
from stream.formats.refused import RefusedError
from stream.formats.text import Scalar
from stream.formats.use import dimensions_of

NAME = "anthropic.costs"
SOURCE = "billing"

_MARK: Final = re.compile(rb'"amount"\s*:')
_START: Final = b'"starting_at"'
_OF_USAGE: Final = re.compile(rb'"uncached_input_tokens"\s*:')
_CENT: Final = Decimal("0.01")
_TAGS: Final = ("cost_type", "service_tier", "context_window")
_NO_REGION: Final = frozenset({"not_available", None})
_LONGEST_SKU: Final = 120


class _Result(msgspec.Struct, gc=False):
    amount: msgspec.Raw = ABSENT
    currency: Scalar = None
    description: str | None = None
    cost_type: str | None = None
    token_type: str | None = None
    model: Scalar = None
    workspace_id: Scalar = None
    inference_geo: str | None = None


_decoder = msgspec.json.Decoder(_Result)


def recognises(event: Event) -> bool:
    """Whether the event is a page of Anthropic's with amounts, and no counts of tokens."""
    return (
        _START in event.original
        and is_page_with(event, _MARK)
        and "has_more" in event.fields()
        and "object" not in event.fields()
        and _OF_USAGE.search(event.original) is None
    )


def read(event: Event) -> list[Charge]:
    """The charges of a page, one a result.

    Raises:
        RefusedError: if a result has no amount, or one of its fields cannot be read.
    """
    return charges_of(event, _charge)


def _charge(found: Result) -> Charge:
    result = _decoder.decode(found.json())
    cents = amount_of("amount", result.amount)
    if cents is None:
        raise RefusedError("missing_cost", "amount is missing; send the page as the API gave it")
    return Charge(
        charge_id=found.identity(NAME),
        time=found.start,
        cost=cents * _CENT,
        dimensions=dimensions_of(
            provider="anthropic",
            model=result.model,
            account=result.workspace_id,
            region=None if result.inference_geo in _NO_REGION else result.inference_geo,
            sku=(result.description or result.token_type or result.cost_type or "")[:_LONGEST_SKU],
            currency=result.currency,
            tags=found.tags(*_TAGS),
        ),
        scope=found.scope("anthropic", result.workspace_id),
    )
