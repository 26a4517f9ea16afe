"""The use of a language model in the charge's own terms, from formats that tell it in many ways."""

from itertools import chain
from typing import Final

from stream.charge import Dimensions, Usage
from stream.formats.refused import RefusedError
from stream.formats.text import Scalar, currency_of, key_alias, name_of
from stream.memo import Memo

_SERVICE_TAGS: Final = ("service", "service.name", "service_name", "application", "app")
_known: Memo[Dimensions] = Memo()


def usage_of(
    input_tokens: int | None,
    output_tokens: int | None,
    *,
    cache_read: int | None = None,
    cache_write: int | None = None,
    requests: int | None = 1,
) -> Usage:
    """The usage, of an input that includes what was read from and written to a cache.

    Raises:
        RefusedError: ``bad_tokens`` if there is more of the latter than input.
    """
    tokens, read, write = input_tokens or 0, cache_read or 0, cache_write or 0
    if read + write > tokens:
        raise RefusedError(
            "bad_tokens",
            f"the tokens read from and written to a cache are {read + write}, more than the {tokens} of the "
            "input; the input must include them",
        )
    return Usage(
        requests=requests or 0,
        input_tokens=tokens,
        cache_read_tokens=read,
        cache_write_tokens=write,
        output_tokens=output_tokens or 0,
    )


def missing_usage(where: str) -> RefusedError:
    """What to say of an event that names no tokens."""
    return RefusedError("missing_usage", f"{where}; without it nothing is measured")


def dimensions_of(
    *,
    provider: Scalar,
    model: Scalar = None,
    service: Scalar = None,
    account: Scalar = None,
    api_key: Scalar = None,
    region: Scalar = None,
    sku: Scalar = None,
    resource: Scalar = None,
    currency: Scalar = "USD",
    tags: dict[str, str],
) -> Dimensions:
    """What the use is for; one object for all that are alike.

    Where no service is named, a tag that names one says it, or else the provider.

    Raises:
        RefusedError: if a name is too long, or the currency is none.
    """
    key = (
        *(provider, model, service, account, api_key, region, sku, resource, currency),
        *chain.from_iterable(tags.items()),
    )
    return _known.get(key) or _known.keep(
        key,
        Dimensions(
            currency=currency_of("currency", currency),
            service=name_of("service", service, _service_of(tags), provider) or "llm",
            charge_kind="usage",
            provider=name_of("provider", provider),
            account=name_of("account", account),
            api_key=key_alias(name_of("api_key", api_key)),
            region=name_of("region", region),
            model=name_of("model", model),
            sku=name_of("sku", sku),
            resource=name_of("resource", resource),
            tags=tags,
        ),
    )


def tags_with(tags: dict[str, str], **named: str) -> dict[str, str]:
    """The tags, with those of the named ones that say something: allocation reads tags."""
    said = {name: value for name, value in named.items() if value}
    return {**tags, **said} if said else tags


def _service_of(tags: dict[str, str]) -> str | None:
    return next((tags[name] for name in _SERVICE_TAGS if name in tags), None)
