"""What a row of a bill is for, as one object for all rows that are alike."""

from collections.abc import Mapping
from typing import Final

from stream.charge import Dimensions
from stream.memo import Memo

MODEL_TAGS: Final = ("gen_ai.request.model", "model")
"""Tags that name an AI model, where the bill itself does not."""

_known: Memo[Dimensions] = Memo()


def dimensions_of(
    *,
    currency: str,
    service: str,
    charge_kind: str,
    provider: str,
    account: str,
    region: str,
    sku: str,
    resource: str,
    tags: dict[str, str],
    model: str = "",
) -> Dimensions:
    """The dimensions, of which alike ones are one object. Without a ``model`` a tag may name it."""
    model = model or tagged_model(tags)
    key = (
        *(currency, service, charge_kind, provider, account, region, sku, resource, model),
        *tags,
        *tags.values(),
    )
    return _known.get(key) or _known.keep(
        key,
        Dimensions(
            currency=currency,
            service=service,
            charge_kind=charge_kind,
            provider=provider,
            account=account,
            region=region,
            model=model,
            sku=sku,
            resource=resource,
            tags=tags,
        ),
    )


def tagged_model(tags: Mapping[str, str]) -> str:
    """The model that a tag names; "" if none does."""
    return next((tags[key] for key in MODEL_TAGS if tags.get(key)), "")
