"""Files of events: what is read, how its kind is found, and what is said of the rest."""

import gzip
import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from stream.errors import UserError
from stream.files import FileEvent, read_events
from stream.formats import decode

ROW = {
    "ChargePeriodStart": "2025-04-01T00:00:00Z",
    "EffectiveCost": 1.5,
    "BillingCurrency": "USD",
    "ServiceName": "Storage",
}
USAGE = {"schema": "spendwatch.usage.v1", "id": "1", "time": 1743465600, "requests": 1}
CLOUD_EVENT = {"specversion": "1.0", "id": "1", "source": "/gw", "type": "spendwatch.usage.v1"}
HEADER = "BilledCost,EffectiveCost,BillingCurrency,ChargePeriodStart,ServiceName,Tags"
NOTHING = "is empty: nothing to publish"


def _line(value: object) -> bytes:
    return json.dumps(value).encode()


def _file(folder: Path, content: bytes, name: str = "events") -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


def _events(folder: Path, content: bytes) -> list[FileEvent]:
    return list(read_events(_file(folder, content)))


def test_json_lines_come_as_their_own_bytes(tmp_path: Path) -> None:
    """Lines are passed through untouched, blank ones left out, each with its time and number."""
    first, second = _line(ROW), b'{"EffectiveCost":1.50,  "ChargePeriodStart" : "5/1/25"}'

    assert _events(tmp_path, first + b"\n\n" + second + b"\r\n") == [
        FileEvent("billing", first, 1743465600, 1),
        FileEvent("billing", second, 1746057600, 3),
    ]


def test_without_time(tmp_path: Path) -> None:
    """Who does not pace gets no times."""
    path = _file(tmp_path, _line(ROW))

    assert [one.time for one in read_events(path, with_time=False)] == [None]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (_line(ROW), [("billing", 1743465600)]),
        (_line(USAGE), [("usage", 1743465600)]),
        (_line({**CLOUD_EVENT, "time": "2025-04-01T00:00:00Z"}), [("usage", 1743465600)]),
        (_line({"gen_ai.system": "openai"}), [("usage", None)]),
        (_line([ROW, ROW]), [("billing", 1743465600)] * 2),
        (json.dumps([USAGE], indent=1).encode(), [("usage", 1743465600)]),
        (json.dumps(ROW, indent=1).encode(), [("billing", 1743465600)]),
        (_line([USAGE]) + b"\n" + _line([USAGE, USAGE]), [("usage", 1743465600)] * 3),
        (b"\xef\xbb\xbf" + _line(ROW), [("billing", 1743465600)]),
        (HEADER.encode() + b"\n,1,USD,2025-04-01,Storage,", [("billing", 1743465600)]),
    ],
)
@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_kind_is_found_from_the_content(
    tmp_path: Path,
    content: bytes,
    expected: list[tuple[str, int | None]],
    pack: Callable[[bytes], bytes],
) -> None:
    """JSON lines, an array, one object or a table, packed or not: the content says what it is."""
    events = _events(tmp_path, pack(content))

    assert [(one.source, one.time) for one in events] == expected


@pytest.mark.parametrize("bad", [b"{cut off", b"no json", b"7"])
@pytest.mark.parametrize("place", [0, 1, 60])
def test_a_bad_line_is_passed_through(tmp_path: Path, bad: bytes, place: int) -> None:
    """A line that is no JSON is published too, so that it is refused where its reason is kept."""
    lines = [_line(ROW)] * 60
    lines.insert(place, bad)

    assert [one.value for one in _events(tmp_path, b"\n".join(lines))] == lines


def test_table(tmp_path: Path) -> None:
    """Cells keep their exact text; a BOM, CRLF, quotes, NULL and odd letter cases do no harm."""
    table = (
        "\ufeffBilledCost,effectivecost,BillingCurrency,ChargePeriodStart,ServiceName,Tags\r\n"
        '1,0.00000080000,USD,2025-04-01 00:00:00,"Storage, blobs","{""a"": ""b""}"\r\n'
        '"$1,000.00 ",NULL,USD,4/1/25,Storage,NULL\r\n'
    )

    events = _events(tmp_path, table.encode())

    assert [json.loads(one.value) for one in events] == [
        {
            "BilledCost": "1",
            "EffectiveCost": "0.00000080000",
            "BillingCurrency": "USD",
            "ChargePeriodStart": "2025-04-01 00:00:00",
            "ServiceName": "Storage, blobs",
            "Tags": '{"a": "b"}',
        },
        {
            "BilledCost": "$1,000.00",
            "BillingCurrency": "USD",
            "ChargePeriodStart": "4/1/25",
            "ServiceName": "Storage",
        },
    ]
    assert [(one.source, one.time, one.line) for one in events] == [
        ("billing", 1743465600, 2),
        ("billing", 1743465600, 3),
    ]
    costs = [str(decode(one.source, one.value).charges[0].cost) for one in events]
    assert costs == ["8.0000E-7", "1000.00"]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_delimiters(tmp_path: Path, delimiter: str) -> None:
    """Tables part their cells by comma, semicolon or tab."""
    table = f"{HEADER}\n1,2,USD,2025-04-01,Storage,".replace(",", delimiter)

    assert json.loads(_events(tmp_path, table.encode())[0].value)["EffectiveCost"] == "2"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", [NOTHING]),
        (b" \n\r\n", [NOTHING]),
        (gzip.compress(b""), [NOTHING]),
        (b"[]", [NOTHING]),
        (HEADER.encode() + b"\n", [NOTHING]),
        (b"PK\x03\x04more", ["zip or Excel", "CSV"]),
        (b"PAR1more", ["Parquet", "JSON lines"]),
        (b"\xff\xfeC\x00", ["UTF-16", "UTF-8"]),
        (b"a,b\x00c", ["not text", "CSV"]),
        (b"just some words\n", ["neither JSON nor a table"]),
        (b'{"any": 1}\n', ["no event of a known format", "CloudEvents"]),
        (
            b"Date,Cost,BilledCosts\n",
            [":1:", "Date, Cost", "no column ChargePeriodStart", "nearest: BilledCosts"],
        ),
        (b"EffectiveCost,Day\n1,2\n", ["no column ChargePeriodStart in"]),
        (HEADER.encode() + b'\n1,2,"' + b"x" * 1_100_000, [":2:", "field"]),
        (HEADER.encode() + b"\n1,2,\xff\xff,2025-04-01,a,", ["UTF-8"]),
    ],
)
def test_what_cannot_be_read(tmp_path: Path, content: bytes, words: list[str]) -> None:
    """A file that holds nothing to publish gets one line that names it, and says what can be read."""
    with pytest.raises(UserError) as caught:
        _events(tmp_path, content)

    text = str(caught.value)
    assert [word for word in [str(tmp_path / "events"), *words] if word not in text] == []
    assert (caught.value.exit_code, "\n" in text) == (1, False)


def test_missing_file_and_folder(tmp_path: Path) -> None:
    """A name that is no file is said to be none."""
    with pytest.raises(UserError, match="does not exist"):
        list(read_events(tmp_path / "nothing"))
    with pytest.raises(UserError, match="is a folder"):
        list(read_events(tmp_path))


@pytest.mark.parametrize(("lines", "least"), [(10, 1), (20_000, 10_000)])
def test_cut_archive(tmp_path: Path, lines: int, least: int) -> None:
    """Of an archive that breaks off, what can be read is read; then an error says at which line."""
    rows = [_line({**ROW, "x_LineItemId": f"{number * 7919 % 10**9:x}"}) for number in range(lines)]
    packed = gzip.compress(b"\n".join(rows))
    path = _file(tmp_path, packed[: len(packed) - 40])
    read: list[bytes] = []

    with pytest.raises(UserError) as caught:
        read.extend(one.value for one in read_events(path))

    assert read == rows[: len(read)]
    assert len(read) >= least
    assert f"{path}:{len(read) + 1}: the gzip stream breaks off" in str(caught.value)


def test_reading_may_stop_early(tmp_path: Path) -> None:
    """Who takes only the first event leaves no open file behind."""
    for content in (
        _line(ROW) + b"\n" + _line(ROW),
        f"{HEADER}\n1,2,USD,2025-04-01,a,\n".encode() * 2,
    ):
        events = read_events(_file(tmp_path, gzip.compress(content)))
        assert next(iter(events)).line > 0
        del events


def _parquet(folder: Path, columns: dict[str, object]) -> Path:
    path = folder / "bill.parquet"
    pq.write_table(pa.table(columns), path)
    return path


def test_parquet(tmp_path: Path) -> None:
    """Decimals keep every digit, times are told in nanoseconds or not, maps are tags, and null is absent."""
    start = datetime(2025, 4, 1, tzinfo=UTC)
    tags = pa.array([[("team", "search")], None], pa.map_(pa.string(), pa.string()))
    path = _parquet(
        tmp_path,
        {
            "ChargePeriodStart": pa.array([start, start], pa.timestamp("ns", "UTC")),
            "EffectiveCost": pa.array(
                [Decimal("0.123456789012345678901234567890"), Decimal(2)], pa.decimal128(38, 30)
            ),
            "BilledCost": pa.array([1.248e-06, float("nan")]),
            "BillingCurrency": ["USD", "USD"],
            "ServiceName": ["Storage", ""],
            "Tags": tags,
        },
    )

    events = list(read_events(path))
    charges = [decode(one.source, one.value).charges[0] for one in events]

    assert [(one.source, one.time, one.line) for one in events] == [
        ("billing", 1743465600, 1),
        ("billing", 1743465600, 2),
    ]
    assert [one.cost for one in charges] == [
        Decimal("0.123456789012345678901234567890"),
        Decimal(2),
    ]
    assert [one.dimensions.tags for one in charges] == [{"team": "search"}, {}]
    assert json.loads(events[0].value)["BilledCost"] == "1.248e-06"
    assert "BilledCost" not in json.loads(events[1].value)


def test_parquet_of_another_format(tmp_path: Path) -> None:
    """Any table that a format knows may be Parquet; what none knows is said with the nearest."""
    day = {"usage_quantity": pa.array([Decimal("1.50")]), "sku_name": ["JOBS"], "record_id": ["r"]}
    path = _parquet(tmp_path, {**day, "usage_date": [date(2025, 4, 1)], "workspace_id": [7]})
    (event,) = read_events(path)
    (charge,) = decode(event.source, event.value).charges
    assert (charge.quantity, charge.time) == (Decimal("1.50"), 1743465600)
    with pytest.raises(UserError, match=r"no usage_quantity"):
        list(read_events(_parquet(tmp_path, {"sku_name": ["JOBS"], "record_id": ["r"]})))
