"""Calendars in the rules, and the files of days that they name."""

from datetime import date
from pathlib import Path

import pytest

from config.calendars import DEFAULT, calendar_for
from config.errors import ConfigError
from config.holidays import holidays_of
from config.loader import load_rules
from config.rules import Rules

RULES = """\
version: 1
sources:
  billing: {bucket: 1h, lateness: 6h, horizon: 35d, idle_after: 10m}
  usage: {bucket: 5m, lateness: 2m, horizon: 6h, idle_after: 1m}
routing: {default_channel: "#spend"}
digest: {channel: "#finops"}
calendars:
"""
ICS = """\
BEGIN:VCALENDAR
BEGIN:VEVENT
DTSTART;VALUE=DATE:20261228
DTEND;VALUE=DATE:20270101
SUMMARY:closed\\, a
 ll of us
END:VEVENT
BEGIN:VEVENT
DTSTART:20270301T090000Z
SUMMARY:founders' day
END:VEVENT
END:VCALENDAR
"""


def _load(folder: Path, calendars: str, **files: str) -> Rules:
    for name, text in files.items():
        folder.joinpath(name.replace("_", ".")).write_text(text, encoding="utf-8")
    rules = folder / "r.yaml"
    rules.write_text(RULES + calendars, encoding="utf-8")
    return load_rules(rules)


def _said(folder: Path, calendars: str, **files: str) -> list[str]:
    with pytest.raises(ConfigError) as raised:
        _load(folder, calendars, **files)
    return [str(one).replace(f"{folder}/", "") for one in raised.value.findings]


def test_the_first_calendar_that_matches_wins(tmp_path: Path) -> None:
    """By source, team, service, environment and kind; where none matches, UTC and no holidays."""
    text = """\
  - {name: india, match: {team: support}, timezone: Asia/Kolkata}
  - {name: bill, match: {source: billing}}
"""
    calendars = _load(tmp_path, text).calendars
    named = {
        (source, team): calendar_for(calendars, source, team, "gpt-5", "", "usage").name
        for source in ("billing", "usage")
        for team in ("Support", "search")
    }
    assert named == {
        ("billing", "Support"): "india",
        ("billing", "search"): "bill",
        ("usage", "Support"): "india",
        ("usage", "search"): "default",
    }
    assert (DEFAULT.timezone, DEFAULT.weekend, DEFAULT.holidays) == (
        "UTC",
        ("saturday", "sunday"),
        (),
    )


def test_days_of_a_table_are_days_of_the_calendar(tmp_path: Path) -> None:
    """After those of the rules; blank lines and comments are passed over, and what is shown names no file."""
    csv = '# ours\n\nDate, Name ,kind\n2026-12-24,"Eve, closed",\n2027-02-27,stock,working\n2027-03-01\n'
    text = "  - {name: a, days: [{date: 2026-01-02}], file: d.csv}\n"
    (calendar,) = _load(tmp_path, text, d_csv=csv).calendars
    assert calendar.file is None
    assert [(day.date, day.name, day.kind) for day in calendar.days] == [
        (date(2026, 1, 2), "", "holiday"),
        (date(2026, 12, 24), "Eve, closed", "holiday"),
        (date(2027, 2, 27), "stock", "working"),
        (date(2027, 3, 1), "", "holiday"),
    ]


def test_events_of_an_icalendar_file_are_days(tmp_path: Path) -> None:
    """Each whole day of an event up to its end, which is no part of it."""
    (calendar,) = _load(tmp_path, "  - {name: a, file: d.ics}\n", d_ics=ICS).calendars
    assert [(str(day.date), day.name) for day in calendar.days] == [
        ("2026-12-28", "closed, all of us"),
        ("2026-12-29", "closed, all of us"),
        ("2026-12-30", "closed, all of us"),
        ("2026-12-31", "closed, all of us"),
        ("2027-03-01", "founders' day"),
    ]


def test_a_file_stands_beside_the_file_that_names_it(tmp_path: Path) -> None:
    """In a folder of rules, too."""
    folder = tmp_path / "rules"
    folder.mkdir()
    folder.joinpath("days.csv").write_text("date\n2026-12-24\n")
    folder.joinpath("1.yaml").write_text(RULES.removesuffix("calendars:\n"))
    folder.joinpath("2.yaml").write_text("calendars:\n  - {name: a, file: days.csv}\n")
    assert len(load_rules(folder).calendars[0].days) == 1


@pytest.mark.parametrize(
    ("calendars", "said"),
    [
        ("{}", "8: calendars[0].name: is missing; add it, for example `name: germany`"),
        ("{name: a, timezone: Berlin}", "8: calendars[0].timezone: 'Berlin' is no time zone; write an IANA name such as UTC or Europe/Berlin"),
        ("{name: a, weekend: [sunday, Sat]}", "8: calendars[0].weekend[1]: write one of monday, tuesday, wednesday, thursday, friday, saturday, sunday (found 'Sat')"),
        ("{name: a, holidays: [DE, XX]}", "8: calendars[0].holidays[1]: 'XX' is no country whose holidays are known; write its ISO code, such as DE or DE-BE"),
        ("{name: a, holidays: [FR-75]}", "8: calendars[0].holidays[0]: 'FR-75' is no part of FR whose holidays are known; known: FR-"),
        ("{name: a, days: [{date: 24.12.2026}]}", "8: calendars[0].days[0].date: '24.12.2026' is no date; write year, month and day, such as 2026-12-24"),
        ("{name: a, days: [{date: 2026-02-30}]}", "8: calendars[0].days[0].date: '2026-02-30' is no date; write year, month and day, such as 2026-12-24"),
        ("{name: a, days: [{date: 2026-02-03, kind: half}]}", "8: calendars[0].days[0].kind: write one of holiday, working (found 'half')"),
        ("{name: a}\n  - {name: b, match: {team: x}}", "9: calendars[1]: never matches: an earlier calendar takes all; move it up"),
        ("{name: a, match: {team: x}}\n  - {name: a}", "9: calendars[1].name: is the name of an earlier one too; give each its own"),
    ],
)  # fmt: skip
def test_a_wrong_calendar_is_said_with_its_place(tmp_path: Path, calendars: str, said: str) -> None:
    """File, line, field and what would be right."""
    (found,) = _said(tmp_path, f"  - {calendars}\n")
    assert found.startswith(f"r.yaml:{said}"), found


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("date,name\n2026-12-24,a\n24.12.,b\n", "d.csv:3: calendars[0].days[1].date: '24.12.' is no date; write year, month and day, such as 2026-12-24"),
        ("date,name\n,b\n", "d.csv:2: calendars[0].days[0].date: nothing is no date; write year, month and day, such as 2026-12-24"),
        ("date,kind\n2026-12-24,off\n", "d.csv:2: calendars[0].days[0].kind: write one of holiday, working (found 'off')"),
        ("2026-12-24,b\n", "d.csv:1: header: write `date,name` or `date,name,kind` in the first line"),
        ("date,name\n2026-12-24,a,holiday\n", "d.csv:2: line: has 3 fields, the header 2; put a name with a comma in quotes"),
    ],
)  # fmt: skip
def test_a_wrong_line_of_a_table_is_said(tmp_path: Path, text: str, said: str) -> None:
    """With the file of days and its line."""
    assert _said(tmp_path, "  - {name: a, file: d.csv}\n", d_csv=text) == [said]


@pytest.mark.parametrize(
    ("good", "bad", "said"),
    [
        ("20261228", "2026-12-28", "d.ics:2: DTSTART: '2026-12-28' is no date; write such as 20261224"),
        ("DTSTART;VALUE=DATE:20261228\n", "", "d.ics:2: DTSTART: 'nothing' is no date; write such as 20261224"),
        ("20270101", "20270132", "d.ics:2: DTEND: '20270132' is no date; write such as 20261224"),
        ("20270101", "20290101", "d.ics:2: DTEND: lasts 735 days; write at most 400"),
        ("SUMMARY:founders", "RRULE:FREQ=YEARLY\nSUMMARY:founders", "d.ics:10: RRULE: events that repeat are not read; write each day out"),
    ],
)  # fmt: skip
def test_a_wrong_event_is_said(tmp_path: Path, good: str, bad: str, said: str) -> None:
    """With the file of days and the line on which it begins."""
    assert good in ICS
    wrong = ICS.replace(good, bad, 1)
    assert _said(tmp_path, "  - {name: a, file: d.ics}\n", d_ics=wrong) == [said]


def test_a_file_that_is_not_there_is_said_where_it_is_named(tmp_path: Path) -> None:
    """So is one that is no text."""
    (said,) = _said(tmp_path, "  - name: a\n    file: no.csv\n")
    assert said.startswith("r.yaml:9: calendars[0].file: does not exist; write its path from")
    tmp_path.joinpath("no.csv").write_bytes(b"date\n\xff\n")
    (said,) = _said(tmp_path, "  - name: a\n    file: no.csv\n")
    assert said.startswith("r.yaml:9: calendars[0].file: is not UTF-8; save it as UTF-8")


def test_public_holidays_differ_by_part_of_a_country() -> None:
    """International Women's Day is one in Berlin, not in Bavaria; Thanksgiving moves."""
    women = date(2026, 3, 8)
    assert women in holidays_of("DE-BE")
    assert women not in holidays_of("DE-BY")
    assert {date(2026, 11, 26), date(2027, 11, 25)} <= holidays_of("US")
