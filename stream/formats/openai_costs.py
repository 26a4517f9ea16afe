"""``openai.costs``: pages of OpenAI's costs API, money by day and line item."""

import re
from typing import Final

import msgspec

from stream.charge import Charge
from stream.formats.amounts import ABSENT, amount_of
from stream.formats.event import Event
from stream.formats.pages import Result, charges_of, is_page_with
from stream.formats.refused import RefusedError
from stream.formats.text import Scalar
from stream.formats.use import dimensions_of, tags_with

NAME = "openai.costs"
SOURCE = "billing"

_MARK: Final = re.compile(rb'"object"\s*:\s*"organization\.costs\.result"')
_PARTS_OF_MODELS: Final = ("input", "output", "cached input", "cache write", "training")


class _Amount(msgspec.Struct, gc=False):
    value: msgspec.Raw = ABSENT
    currency: Scalar = None


class _Result(msgspec.Struct, gc=False):
    amount: _Amount | None = None
    line_item: Scalar = None
    project_id: Scalar = None
    project_name: str | None = None
    organization_id: Scalar = None
    api_key_id: Scalar = None


_decoder = msgspec.json.Decoder(_Result)


def recognises(event: Event) -> bool:
    """Whether the event is a page with results of this API."""
    return is_page_with(event, _MARK)


def read(event: Event) -> list[Charge]:
    """The charges of a page, one a result.

    Raises:
        RefusedError: if a result has no amount, or one of its fields cannot be read.
    """
    return charges_of(event, _charge)


def _charge(found: Result) -> Charge:
    result = _decoder.decode(found.json())
    amount = result.amount or _Amount()
    cost = amount_of("amount.value", amount.value)
    if cost is None:
        raise RefusedError(
            "missing_cost", "amount.value is missing; send the page as the API gave it"
        )
    return Charge(
        charge_id=found.identity(NAME),
        time=found.start,
        cost=cost,
        dimensions=dimensions_of(
            provider="openai",
            model=_model(result.line_item),
            account=result.project_id,
            api_key=result.api_key_id,
            sku=result.line_item,
            currency=amount.currency,
            tags=tags_with({}, project=(result.project_name or "")[:256]),
        ),
        scope=found.scope("openai", result.organization_id or result.project_id),
    )


def _model(line_item: Scalar) -> str:
    """The model of a line item such as ``gpt-4o-2024-08-06, cached input``; "" where it is of none."""
    model, _, part = str(line_item or "").rpartition(", ")
    return model if part in _PARTS_OF_MODELS else ""
