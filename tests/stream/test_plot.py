"""The picture of a scored series: well-formed, small, and without a lost spike."""

from xml.etree import ElementTree as ET

from stream.plot import Drawn, svg

NAME = "{http://www.w3.org/2000/svg}"


def row(at: int, value: float, anomaly: int | None = None) -> Drawn:
    return Drawn(at * 300, value, 10.0, 5.0, 15.0, anomaly)


def points(picture: str, kind: str) -> list[tuple[float, float]]:
    tree = ET.fromstring(picture)  # noqa: S314 - made here
    found = next(one for one in tree.iter() if one.get("class") == kind)
    pairs = (pair.split(",") for pair in str(found.get("points")).split())
    return [(float(x), float(y)) for x, y in pairs]


def test_a_single_spike_among_many_points_is_drawn() -> None:
    """Columns keep their largest value, and the file stays small."""
    rows = [row(at, 10.0 + at % 3) for at in range(50_000)]
    rows[31_234] = row(31_234, 500.0, anomaly=1)
    picture = svg("cost", rows)
    highest = min(points(picture, "actual"), key=lambda point: point[1])
    assert highest[1] == 40.0
    assert len(picture) < 200_000
    assert '<text class="alert"' in picture


def test_incidents_have_their_numbers_and_spans() -> None:
    """One mark an incident, from its first to its last row."""
    rows = [row(at, 10.0, anomaly=2 if 40 <= at < 60 else None) for at in range(100)]
    tree = ET.fromstring(svg("cost", rows))  # noqa: S314 - made here
    (mark,) = list(tree.iter(f"{NAME}rect"))
    assert float(str(mark.get("width"))) > 100
    assert [one.text for one in tree.iter(f"{NAME}text") if one.get("class") == "alert"] == ["2"]


def test_gaps_and_odd_titles_draw_too() -> None:
    """A row without a value is left out; a title cannot break the picture."""
    rows = [row(0, float("nan")), row(1, 3.0), row(2, float("inf"))]
    assert ET.fromstring(svg("<a&b>", rows)) is not None  # noqa: S314 - made here
    assert ET.fromstring(svg("nothing", [])) is not None  # noqa: S314 - made here


def test_a_constant_series_of_zeros_draws() -> None:
    """No division by its height."""
    rows = [Drawn(at, 0.0, 0.0, 0.0, 0.0, None) for at in range(3)]
    assert len(points(svg("zero", rows), "actual")) == 3
