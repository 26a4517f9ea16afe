"""The charge: one priced piece of usage or purchase, normalised from whatever format it came in."""

from decimal import Decimal

import msgspec

from stream.technology import technology_of


class Usage(msgspec.Struct, frozen=True, gc=False):
    """Measures of metered AI usage; ``input_tokens`` includes cached ones, ``output_tokens`` reasoning."""

    requests: int = 1
    input_tokens: int = 0
    cache_read_tokens: int = 0
    cache_write_tokens: int = 0
    output_tokens: int = 0


class Dimensions(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What a charge is for. Charges that are alike share one object: never change its tags.

    ``tags`` are as they came; allocation normalises them. ``technology`` is one of `stream.technology.TECHNOLOGIES`:
    what the event says, or else what its names tell.
    """

    currency: str
    service: str
    charge_kind: str  # usage, recurring, purchase, tax, credit, adjustment
    provider: str = ""
    account: str = ""
    api_key: str = ""
    region: str = ""
    model: str = ""
    sku: str = ""
    resource: str = ""
    tags: dict[str, str] = {}
    technology: str = ""

    def __post_init__(self) -> None:
        if not self.technology:
            told = technology_of(self.provider, self.service, self.sku, self.model)
            msgspec.structs.force_setattr(self, "technology", told)


class Charge(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Who spent what on what, when. ``time`` is the start of the charge period, in UTC epoch seconds.

    ``cost`` is None while the charge is not priced yet (metered usage), and stays None where no price
    is known. ``identified`` says that ``charge_id`` is the producer's own: of several charges with the same
    one at the same time the first counts. An id that was made up of the row's content cannot tell a repeat
    from a second such row. ``scope`` is what a snapshot that brings the charge replaces as a whole, such as a
    billing account's month; "" where there is no such thing. ``quantity`` in ``unit`` is what was used where the
    event brings no cost: the rules may have a price for it.
    """

    charge_id: str
    time: int
    cost: Decimal | None
    dimensions: Dimensions
    usage: Usage | None = None
    identified: bool = True
    scope: str = ""
    quantity: Decimal | None = None
    unit: str = ""
