"""The columns of Google Cloud's billing export that are read: of BigQuery's rows, and with dots or underscores."""

from collections.abc import Collection, Iterator, Mapping
from typing import Final

import msgspec

from stream.formats.cells import Cells
from stream.formats.columns import Columns
from stream.formats.pairs import bounded, decoded, pairs_within
from stream.formats.refused import DECODER_ERRORS

_NESTED: Final = frozenset({"service", "sku", "project", "location", "resource", "invoice"})
_LABELS: Final = ("labels", "tags", "project.labels")  # the first that has a key counts
_QUOTE: Final = ord('"')
_OBJECT: Final = ord("{")
_TIME: Final = "usage_start_time"
_USED: Final = frozenset(
    {
        *("service", "service.id", "service.description", "service_id", "service_description"),
        *("sku", "sku.id", "sku.description", "sku_id", "sku_description"),
    }
)
_OWN: Final = frozenset(
    {
        *("billing_account_id", "credits", "cost_type", "invoice", "invoice.month"),
        *("invoice_month", "currency_conversion_rate", "project.id", "project.ancestry_numbers"),
    }
)
_COLUMNS: Final = Columns(
    (
        *("billing_account_id", _TIME, "cost", "currency", "cost_type", "credits"),
        *("service.description", "service.id", "sku.description", "sku.id"),
        *("project.id", "project.number", "location.region", "location.location"),
        *("resource.global_name", "resource.name", "invoice.month"),
        *_LABELS,
    )
)
_fields: msgspec.json.Decoder[dict[str, msgspec.Raw]] = msgspec.json.Decoder(dict[str, msgspec.Raw])
_string = msgspec.json.Decoder(str)


def cells_of(fields: Mapping[str, msgspec.Raw]) -> Cells:
    """The row's cells, those of records too: ``{"service": {"id": ...}}`` has a column ``service.id``.

    A timestamp may be a record of its ``value``, as BigQuery's clients write it.
    """
    return Cells(_flat(fields), _COLUMNS)


def labels_of(row: Cells) -> dict[str, str]:
    """Labels of the usage, then tags, then labels of its project."""
    return bounded(
        pair for column in _LABELS for pair in pairs_within(row.text_within(column)).items()
    )


def _flat(fields: Mapping[str, msgspec.Raw]) -> Iterator[tuple[str, msgspec.Raw]]:
    for name, raw in fields.items():
        if name == _TIME:
            yield name, _record(bytes(raw)).get("value", raw)
        elif name in _NESTED:
            for inner, value in _record(bytes(raw)).items():
                yield f"{name}.{inner}", value
        else:
            yield name, raw


def _record(raw: bytes) -> dict[str, msgspec.Raw]:
    """The fields of a record, which may be text of JSON or of Python; none of what is no record."""
    try:
        if raw[0] == _OBJECT:
            return _fields.decode(raw)
        text = _string.decode(raw).strip() if raw[0] == _QUOTE else ""
        return decoded(text, _fields) if text.startswith("{") else {}
    except (*DECODER_ERRORS, UnicodeEncodeError):
        return {}


def is_row(names: Collection[str]) -> bool:
    """Whether these are the names of a row: when what was used, and a third that is Google's own."""
    return (
        _TIME in names
        and not _USED.isdisjoint(names)
        and not _OWN.isdisjoint(names)
        and "ChargePeriodStart" not in names
    )
