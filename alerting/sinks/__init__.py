"""Sinks: the only code here that speaks to the outside. A new sink is one new file in this folder."""

import pkgutil
from importlib import import_module

from alerting.sinks.base import Sink
from alerting.sinks.console import ConsoleSink
from config.settings import Settings


def make_sinks(settings: Settings) -> list[Sink]:
    """The sinks that the settings configure; the console if there is none.

    A module of this folder is a sink by having ``from_settings(settings) -> Sink | None``, which gives
    None where the settings do not ask for it.
    """
    modules = [
        import_module(f"{__name__}.{found.name}") for found in pkgutil.iter_modules(__path__)
    ]
    sinks = [
        module.from_settings(settings) for module in modules if hasattr(module, "from_settings")
    ]
    return [sink for sink in sinks if sink is not None] or [ConsoleSink()]
