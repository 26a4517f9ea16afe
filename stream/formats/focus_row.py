"""The columns of a FOCUS row that are read; versions differ in names, so some fields have several."""

import msgspec

from stream.formats.text import Scalar

ABSENT = msgspec.Raw()


class Row(msgspec.Struct, rename="pascal", gc=False):
    """The columns that are read. Amounts stay text, so that no digit is lost."""

    charge_period_start: Scalar = None
    effective_cost: msgspec.Raw = ABSENT
    billed_cost: msgspec.Raw = ABSENT
    billing_currency: Scalar = None
    charge_category: Scalar = None
    charge_frequency: Scalar = None
    service_name: Scalar = None
    service_category: Scalar = None
    service_provider_name: Scalar = None
    host_provider_name: Scalar = None
    provider_name: Scalar = None
    publisher_name: Scalar = None
    sub_account_id: Scalar = None
    billing_account_id: Scalar = None
    billing_period_start: Scalar = None
    region_id: Scalar = None
    region_name: Scalar = None
    sku_meter: Scalar = None
    charge_description: Scalar = None
    sku_id: Scalar = None
    sku_price_details: msgspec.Raw = ABSENT
    resource_id: Scalar = None
    credential_id: Scalar = None
    tags: msgspec.Raw = ABSENT
    model: Scalar = msgspec.field(default=None, name="x_Model")
    model_id: Scalar = msgspec.field(default=None, name="x_ModelId")
    line_item_id: Scalar = msgspec.field(default=None, name="x_LineItemId")
    line_item_id_snake: Scalar = msgspec.field(default=None, name="x_line_item_id")
    line_item_id_plain: Scalar = msgspec.field(default=None, name="LineItemId")
    line_item_id_camel: Scalar = msgspec.field(default=None, name="lineItemId")


COLUMNS = tuple(field.encode_name for field in msgspec.structs.fields(Row))
"""The columns that are read; all others are ignored."""
