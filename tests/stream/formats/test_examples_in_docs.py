"""The examples in the pages of the formats are events that are read."""

import re
from pathlib import Path

import pytest

from stream.formats import decode, source_of

PAGES = Path(__file__).parents[3] / "docs" / "formats"
EXAMPLE = re.compile(r"^```json\n(.*?)^```$", re.DOTALL | re.MULTILINE)
EXAMPLES = [
    (page.name, found)
    for page in sorted(PAGES.glob("*.md"))
    for found in EXAMPLE.findall(page.read_text())
]


@pytest.mark.parametrize(("page", "example"), EXAMPLES)
def test_example_is_read(page: str, example: str) -> None:
    """Each JSON example is of a known format and gives charges."""
    value = example.encode()
    source = source_of(value)
    assert source is not None, page

    decoded = decode(source, value)

    assert (len(decoded.charges) > 0, decoded.refused) == (True, [])
