"""The formats, found by being there: each module of this package with NAME, SOURCE and ``read``."""

import importlib
import pkgutil
from functools import cache
from typing import cast

import stream.formats
from stream.formats.event import Format, Payload


@cache
def formats() -> tuple[Format, ...]:
    """All formats, in the order of their names."""
    modules = (
        importlib.import_module(f"stream.formats.{found.name}")
        for found in pkgutil.iter_modules(stream.formats.__path__)
    )
    found = (cast("Format", module) for module in modules if hasattr(module, "SOURCE"))
    return tuple(sorted(found, key=lambda one: one.NAME))


@cache
def formats_of(source: str) -> tuple[Format, ...]:
    """The formats of one source; empty for an unknown one."""
    return tuple(one for one in formats() if source == one.SOURCE)


@cache
def payloads() -> dict[str, Payload]:
    """The formats that may be a CloudEvent's data, by the CloudEvent's ``type``."""
    return {one.NAME: cast("Payload", one) for one in formats() if hasattr(one, "charge")}
