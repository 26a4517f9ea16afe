"""Every detector: each class in `detectors` that forecasts, scores and learns is found, so that shared tests run on it."""

import inspect
import pkgutil
from importlib import import_module

import pytest

import detectors
from detectors.engine import Detector
from detectors.fee import FeeDetector

Either = Detector | FeeDetector
Make = type[Either]

HOUR = 3600
START = 1_717_372_800  # Monday, 3 June 2024, 00:00 UTC


def every_detector() -> list[Make]:
    modules = [
        import_module(f"detectors.{module.name}")
        for module in pkgutil.iter_modules(detectors.__path__)
    ]
    return [
        each
        for module in modules
        for _, each in inspect.getmembers(module, inspect.isclass)
        if each.__module__ == module.__name__ and _is_detector(each)
    ]


def _is_detector(made: type) -> bool:
    """Whether it takes a point of a series; what takes more than its amount has a suite of its own."""
    return all(hasattr(made, name) for name in ("forecast", "score", "learn"))


EVERY = pytest.mark.parametrize("make", every_detector())
