"""The command `score`: plain series in, scored series out."""

import csv
import math
import random
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from config.detection import Thresholds
from config.loader import DEFAULT_RULES
from stream.cli.score import COLUMNS, score
from stream.errors import UserError
from stream.scoring import FIRST_ROWS, Floor, SeriesScorer, Unit

MONDAY = 1_717_372_800  # 3 June 2024, 00:00 UTC
Line = tuple[str, str]


def _series(
    rows: int, step: int = 3600, level: float = 20.0, noise: float = 0.05, seed: int = 1
) -> list[tuple[int, float]]:
    chance = random.Random(seed)
    return [
        (
            MONDAY + index * step,
            level * (1.5 + math.sin(index * step * math.tau / 86_400)) * chance.gauss(1, noise),
        )
        for index in range(rows)
    ]


def _lines(series: list[tuple[int, float]]) -> list[Line]:
    return [
        (f"{datetime.fromtimestamp(time, UTC):%Y-%m-%d %H:%M:%S}", f"{value:.4f}")
        for time, value in series
    ]


def _write(path: Path, lines: list[Line], header: str = "timestamp,value") -> Path:
    path.write_text("\n".join([header, *(",".join(line) for line in lines)]) + "\n")
    return path


def _read(path: Path) -> list[dict[str, str]]:
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def _with_storm(rows: int = 600, start: int = 500) -> list[tuple[int, float]]:
    series = _series(rows)
    for place in range(start, start + 4):
        series[place] = (series[place][0], series[place][1] * 4)
    return series


def test_every_row_in_is_a_row_out_as_it_came(tmp_path: Path) -> None:
    """Timestamps and values stand in the result as they were written, in their order."""
    lines = _lines(_series(40))
    lines[3] = ("2024-06-03T03:00:00Z", " 30.10 ")
    lines[7] = (lines[7][0], "")
    score([_write(tmp_path / "a.csv", lines)], tmp_path / "out")
    rows = _read(tmp_path / "out" / "a.csv")
    assert tuple(rows[0]) == COLUMNS
    assert [(row["timestamp"], row["value"]) for row in rows] == lines
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["a.csv"]


def test_a_storm_is_one_incident_from_its_first_alert_on(tmp_path: Path) -> None:
    """Rows with a score of 1.0 or more, and only they, carry the number of their incident."""
    series = _with_storm()
    series[570] = (series[570][0], 400.0)
    score([_write(tmp_path / "a.csv", _lines(series))], tmp_path / "out")
    rows = _read(tmp_path / "out" / "a.csv")
    assert [row["anomaly"] for row in rows[500:504]] == ["1"] * 4
    assert rows[570]["anomaly"] == "2"
    assert all((float(row["score"]) >= 1) is bool(row["anomaly"]) for row in rows)


@pytest.mark.parametrize("cut", [1, 2, FIRST_ROWS - 1, FIRST_ROWS, FIRST_ROWS + 1, 200, 502])
def test_a_row_depends_on_nothing_after_it(tmp_path: Path, cut: int) -> None:
    """A file cut at any row gives the same rows up to there, also with gaps and irregular steps."""
    chance = random.Random(5)
    series = [
        (time + chance.randrange(1500), value)
        for time, value in _with_storm()
        if chance.random() > 0.2 or time < MONDAY + 6 * 3600
    ]
    whole = _write(tmp_path / "whole.csv", _lines(series))
    part = _write(tmp_path / "part.csv", _lines(series[:cut]))
    score([whole, part], tmp_path / "out")
    expected = (tmp_path / "out" / "whole.csv").read_text().splitlines()[: cut + 1]
    assert (tmp_path / "out" / "part.csv").read_text().splitlines() == expected


@pytest.mark.parametrize("step", [10, 60, 300, 3600, 86_400, 604_800])
def test_any_step_is_taken(step: int) -> None:
    """From seconds to weeks the step is found, and no row raises."""
    scorer = SeriesScorer("none", Thresholds())
    scored = [scorer.score(time, value) for time, value in _series(200, step=step)]
    assert all(math.isfinite(row.score) for row in scored)


def test_rows_before_the_step_is_found_are_learned_too() -> None:
    """A step that changes while it is sought costs none of the rows that came before."""
    scorer = SeriesScorer("none", Thresholds())
    scored = [
        scorer.score(MONDAY + seconds, 8.0) for seconds in (0, 900, 1800, 2100, 2400, 2700, 3000)
    ]
    assert [row.expected for row in scored[1:]] == pytest.approx([8.0] * 6)
    assert scored[5].upper < scored[1].upper


def test_repeated_and_backward_times_are_survived() -> None:
    """Rows of the same time, or of an earlier one, are scored like all others."""
    scorer = SeriesScorer("none", Thresholds())
    for time in [MONDAY] * 30 + [MONDAY - 3600, MONDAY + 300, MONDAY + 600]:
        assert scorer.score(time, 5.0).score < 1


@pytest.mark.parametrize("value", [math.nan, math.inf])
def test_a_gap_scores_nothing(value: float) -> None:
    """A row without a value scores 0 and changes no later score."""
    plain, gapped = SeriesScorer("none", Thresholds()), SeriesScorer("none", Thresholds())
    for place, (time, number) in enumerate(_series(100)):
        if place == 60:
            assert gapped.score(time, value).score == 0
        else:
            assert plain.score(time, number) == gapped.score(time, number)


@pytest.mark.parametrize(
    ("unit", "floor"),
    [
        ("none", Floor(0, 0, 0)),
        ("tokens", Floor(20.0, 0, 0)),
        ("USD", Floor(20.0, 10.0, 1.0)),
    ],
)
def test_floors_belong_to_units(unit: Unit, floor: Floor) -> None:
    """Money has all floors of the rules, tokens the percentage, a number without a unit none."""
    assert Floor.of(unit, Thresholds()) == floor


@pytest.mark.parametrize(
    ("unit", "scale", "alerts"),
    [
        ("none", 1e-4, True),
        ("tokens", 1e-4, True),
        ("USD", 1e-4, False),  # cents
        ("USD", 1.0, True),
    ],
)
def test_cents_are_no_incident(unit: Unit, scale: float, alerts: bool) -> None:  # noqa: FBT001 - a column of the table
    """The same shape alerts in dollars, and not in hundredths of a cent."""
    scorer = SeriesScorer(unit, Thresholds())
    scored = [scorer.score(time, value * scale) for time, value in _with_storm()]
    assert any(row.incident is not None for row in scored[500:504]) is alerts
    assert all((row.score >= 1) is (row.incident is not None) for row in scored)


def test_a_small_impact_alerts_when_it_has_added_up() -> None:
    """An anomaly opens with the bucket in which its impact reaches the floor."""
    thresholds = Thresholds(
        min_impact=Decimal(200), min_impact_per_day=Decimal(0), min_change_percent=0
    )
    scorer = SeriesScorer("USD", thresholds)
    scored = [scorer.score(time, value) for time, value in _with_storm()]
    first = next(place for place, row in enumerate(scored) if row.incident)
    assert 500 < first < 504


def test_the_rules_set_threshold_and_sensitivity(tmp_path: Path) -> None:
    """A rules file given as --config is obeyed."""
    text = DEFAULT_RULES.read_text(encoding="utf-8")
    rules = tmp_path / "rules.yaml"
    rules.write_text(text.replace("score: 1.0 ", "score: 99.0 "), encoding="utf-8")
    source = _write(tmp_path / "a.csv", _lines(_with_storm()))
    score([source], tmp_path / "strict", config=rules)
    score([source], tmp_path / "default")
    assert not any(row["anomaly"] for row in _read(tmp_path / "strict" / "a.csv"))
    assert any(row["anomaly"] for row in _read(tmp_path / "default" / "a.csv"))


def test_the_rules_say_which_days_are_quiet(tmp_path: Path) -> None:
    """A day off of the calendar that names the file is expected as a day of the weekend; of another file it is not."""
    rules = tmp_path / "rules.yaml"
    rules.write_text(
        DEFAULT_RULES.read_text(encoding="utf-8")
        + """
calendars:
  - name: closed-on-a-monday
    match: {service: office}
    days: [{date: 2024-07-01, name: founders, kind: holiday}]
""",
        encoding="utf-8",
    )
    working = [
        (time, value * (0.2 if (time - MONDAY) // 86_400 % 7 >= 5 else 1.0))
        for time, value in _series(24 * 29)
    ]
    sources = [_write(tmp_path / name, _lines(working)) for name in ("office.csv", "shop.csv")]
    score(sources, tmp_path / "out", config=rules)
    of_day = [
        sum(float(row["expected"]) for row in _read(tmp_path / "out" / name)[28 * 24 :][:6])
        for name in ("office.csv", "shop.csv")
    ]
    assert of_day[0] < 0.6 * of_day[1]


@pytest.mark.parametrize(
    ("content", "place", "remedy"),
    [
        ("", "a.csv:1: timestamp", "timestamp,value"),
        ("time,value\n1,2\n", "a.csv:1: timestamp", "timestamp,value"),
        ("timestamp,cost\n1,2\n", "a.csv:1: value", "timestamp,value"),
        ("timestamp,value\n2024-06-03,1\nsoon,2\n", "a.csv:3: timestamp", "write UTC time"),
        ("timestamp,value\n2024-06-03,many\n", "a.csv:2: value", "12.5"),
        ("timestamp,value\n2024-06-03,1_000\n", "a.csv:2: value", "12.5"),
        ("timestamp,value\n2024-06-03\n", "a.csv:2: row", "timestamp,value"),
        ("timestamp,value\n2024-06-03,\u00fc\n", "a.csv:2: value", "12.5"),
        (None, "a.csv", "give the path of a CSV file"),
    ],
)
def test_what_cannot_be_read_is_named_and_the_rest_is_scored(
    tmp_path: Path, content: str | None, place: str, remedy: str
) -> None:
    """A bad file costs one line with file, line, field and remedy, and no half result; others are scored."""
    bad = tmp_path / "a.csv"
    if content is not None:
        bad.write_bytes(content.encode("latin-1"))
    good = _write(tmp_path / "b.csv", _lines(_series(5)))
    with pytest.raises(UserError) as caught:
        score([bad, good], tmp_path / "out")
    text = str(caught.value)
    assert place in text
    assert remedy in text
    assert len(text.splitlines()) == 1
    assert caught.value.exit_code == 1
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["b.csv"]


def test_no_file_is_written_over_another(tmp_path: Path) -> None:
    """The input's own folder, and two inputs of one name, are refused before anything is written."""
    source = _write(tmp_path / "a.csv", _lines(_series(5)))
    (tmp_path / "other").mkdir()
    twin = _write(tmp_path / "other" / "a.csv", _lines(_series(5)))
    with pytest.raises(UserError, match="overwritten"):
        score([source], tmp_path)
    with pytest.raises(UserError, match="has the name of"):
        score([source, twin], tmp_path / "out")
    assert source.read_text().splitlines()[0] == "timestamp,value"


def test_further_columns_and_any_case_are_taken(tmp_path: Path) -> None:
    """Labels beside the values do no harm, nor do a byte order mark and capitals in the header."""
    lines = [(time, f"{value},0") for time, value in _lines(_series(5))]
    source = _write(tmp_path / "a.csv", lines, header="\ufeffTimeStamp,Value,Label")
    score([source], tmp_path / "out")
    assert len(_read(tmp_path / "out" / "a.csv")) == 5
