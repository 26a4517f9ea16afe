"""A format of the rules' own: the events that a mapping of the rules knows, read as it says."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Final, get_args

from config.detection import ChargeKind
from config.mappings import TAG, MappingRule
from stream.charge import Charge, Dimensions
from stream.formats.event import Event, Format
from stream.formats.flat import EXACT, product, text_of
from stream.formats.focus_scope import scope_of
from stream.formats.notations import amount_reader, time_reader
from stream.formats.refused import RefusedError, quoted
from stream.formats.row_hash import hash_of
from stream.formats.tags import LONGEST as LONGEST_TAG
from stream.formats.text import currency_of, key_alias, name_of
from stream.technology import TECHNOLOGIES

_DECIMALS: Final = {"units": 0, "cents": -2, "thousandths": -3, "micros": -6}
_PER: Final = {"one": 0, "hundred": -2, "thousand": -3, "million": -6}
_KINDS: Final = get_args(ChargeKind)
_BILLS: Final = "billing"


def formats_of(rules: Iterable[MappingRule]) -> tuple[Format, ...]:
    """The formats of the rules' mappings, in their order."""
    return tuple(Mapped(rule) for rule in rules)


class Mapped:
    """A `Format` whose fields stand in a rule.

    Args:
        rule: which columns tell the format, and which field each of them is.
    """

    def __init__(self, rule: MappingRule) -> None:
        self.NAME = rule.name
        self.SOURCE: str = rule.source
        self.MARKS = rule.recognise
        self._columns = rule.columns
        self._constants = rule.constants
        self._lookups = [
            (one.field, {value.casefold(): to for value, to in one.values.items()}, one.otherwise)
            for one in rule.lookups
        ]
        self._time = time_reader(rule.time_as, rule.timezone)
        self._amount = amount_reader(comma=rule.decimal == "comma")
        self._unit = _DECIMALS[rule.cost_in]
        self._per = _PER[rule.price_per]
        self._names = [name for name in {**rule.columns, **rule.constants} if name not in _OTHERS]

    def recognises(self, event: Event) -> bool:
        """Whether the event has all columns that tell the format, and something in them."""
        fields = event.fields()
        return all(mark in fields and bytes(fields[mark]) not in _EMPTY for mark in self.MARKS)

    def read(self, event: Event) -> Charge:
        """The charge of an event.

        Raises:
            RefusedError: naming the mapping and the column, if one cannot be read.
        """
        try:
            return self._charge(event)
        except RefusedError as error:
            raise RefusedError(error.reason, f"mapping {self.NAME}: {error.detail}") from None

    def _charge(self, event: Event) -> Charge:
        text = self._texts(event)
        began, named = self._began(text), text("id")
        cost, quantity = self._costs(text)
        names = {name: self._named(name, text(name)) for name in self._names}
        dimensions = _dimensions(names)
        account = names.get("billing_account") or dimensions.account
        return Charge(
            charge_id=name_of(self._columns.get("id", "id"), named) or hash_of(event),
            identified=bool(named),
            time=began,
            cost=cost,
            dimensions=dimensions,
            scope=scope_of(dimensions.provider or self.NAME, account, None, began)
            if self.SOURCE == _BILLS
            else "",
            quantity=quantity,
            unit=names.get("unit", ""),
        )

    def _texts(self, event: Event) -> "_Texts":
        return _Texts(event, self._columns, self._constants)

    def _began(self, text: "_Texts") -> int:
        column = self._columns["time"]
        written = text("time")
        if not written:
            raise RefusedError("missing_time", f"{column} is empty; it is the start of the charge")
        return self._time(column, written)

    def _costs(self, text: "_Texts") -> tuple[Decimal | None, Decimal | None]:
        """The cost, which may be a quantity times a price, and the quantity."""
        amounts = {
            name: self._read_amount(name, text(name)) for name in ("cost", "quantity", "price")
        }
        cost, quantity, price = amounts["cost"], amounts["quantity"], amounts["price"]
        if cost is not None:
            return cost.scaleb(self._unit, EXACT), quantity
        if quantity is not None and price is not None:
            per = price.scaleb(self._unit + self._per, EXACT)
            return product(
                f"{self._columns['quantity']} * {self._columns['price']}", quantity, per
            ), quantity
        if quantity is None:
            column = self._columns.get("cost", self._columns.get("quantity"))
            raise RefusedError("missing_cost", f"{column} is empty; 0 is a cost too")
        return None, quantity

    def _read_amount(self, name: str, text: str) -> Decimal | None:
        return self._amount(self._columns[name], text) if text else None

    def _named(self, name: str, text: str) -> str:
        """A name as it is, or what it means by a lookup."""
        for field, values, otherwise in self._lookups:
            if field == name and text:
                text = values.get(text.casefold(), text if otherwise == "keep" else "")
        return name_of(self._columns.get(name, name), text)


_OTHERS: Final = frozenset({"time", "id", "cost", "quantity", "price"})
_EMPTY: Final = frozenset({b"null", b'""'})


class _Texts:
    """The texts of an event by the fields that a mapping gives them, a constant where a column is empty."""

    def __init__(
        self, event: Event, columns: Mapping[str, str], constants: Mapping[str, str]
    ) -> None:
        self._fields = event.fields()
        self._columns = columns
        self._constants = constants

    def __call__(self, name: str) -> str:
        column = self._columns.get(name)
        raw = None if column is None else self._fields.get(column)
        text = "" if raw is None else text_of(str(column), raw)
        return text or self._constants.get(name, "")


def _dimensions(names: Mapping[str, str]) -> Dimensions:
    """What the charge is for. Names of lookups and constants are texts already."""

    def of(name: str) -> str:
        return names.get(name, "")

    provider = of("provider")
    service = of("service") or provider
    if not service:
        raise RefusedError("missing_service", "service and provider are empty; one must be there")
    return Dimensions(
        currency=currency_of("currency", of("currency")),
        service=service,
        charge_kind=_one_of("kind", of("kind"), _KINDS) or "usage",
        provider=provider,
        account=of("account") or of("billing_account"),
        api_key=key_alias(of("api_key")),
        region=of("region"),
        model=of("model"),
        sku=of("sku"),
        resource=of("resource"),
        tags=_tags(names),
        technology=_one_of("technology", of("technology"), TECHNOLOGIES),
    )


def _one_of(field: str, text: str, known: tuple[str, ...]) -> str:
    word = text.lower()
    if word and word not in known:
        remedy = f"write one of {', '.join(known)}, or look it up"
        raise RefusedError(f"unknown_{field}", f"{field} is {quoted(text)}; {remedy}")
    return word


def _tags(names: Mapping[str, str]) -> dict[str, str]:
    """Those that are named so, and the team and the environment: allocation reads tags."""
    tags = {
        name.removeprefix(TAG)[:LONGEST_TAG]: text[:LONGEST_TAG]
        for name, text in names.items()
        if text and (name.startswith(TAG) or name in {"team", "environment"})
    }
    return dict(sorted(tags.items()))
