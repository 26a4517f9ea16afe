"""The examples in the docstrings are true."""

import doctest
import pkgutil
from importlib import import_module

import pytest

import detectors

MODULES = [module.name for module in pkgutil.iter_modules(detectors.__path__)]


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_run(name: str) -> None:
    """Every example of a module gives what it says."""
    assert doctest.testmod(import_module(f"detectors.{name}")).failed == 0


def test_there_are_examples() -> None:
    """The collection does find examples."""
    finder = doctest.DocTestFinder(exclude_empty=True)
    found = sum(len(finder.find(import_module(f"detectors.{name}"))) for name in MODULES)
    assert found > 5
