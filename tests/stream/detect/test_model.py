"""The learned part of a series: what it says of its anomalies, and what it hears of them."""

from collections.abc import Iterable

from alerting.anomaly import Anomaly
from alerting.money import from_float
from alerting.series import SeriesKey
from config.detection import Detection
from config.thresholds import ThresholdBook
from detectors.feedback import Mark
from stream.detect.bucket import Band, OpenBucket, Totals
from stream.detect.model import SeriesModel
from stream.detect.packed import encode, read
from stream.detect.records import ModelRecord

HOUR, DAY = 3600, 86_400
START = 1_700_006_400
KEY = SeriesKey("usage", "search", "OpenAI", "production", "usage", "USD")
BOOK = ThresholdBook(Detection())


def _model() -> SeriesModel:
    return SeriesModel(KEY, HOUR, BOOK)


def _fed(
    model: SeriesModel, costs: Iterable[float], start: int
) -> list[tuple[Band, Anomaly | None]]:
    closed = []
    for number, cost in enumerate(costs):
        bucket = OpenBucket(Totals(from_float(cost), 1), {"model=gpt-4o": cost})
        closed.append(model.close(start + number * HOUR, bucket))
    return closed


def _usual(hours: int) -> list[float]:
    return [50.0 + hour % 7 for hour in range(hours)]


def _learned(days: int) -> SeriesModel:
    model = _model()
    _fed(model, _usual(days * 24), START)
    return model


def _restored(model: SeriesModel) -> SeriesModel:
    other = _model()
    other.restore(read(encode(model.record()), ModelRecord))
    return other


def test_what_never_came_is_said() -> None:
    """The first storm of 20 quiet days is told so, and its later hours do not change that."""
    model = _learned(20)
    news = [told for _, told in _fed(model, [200.0, 200.0, 400.0], START + 20 * DAY) if told]
    assert news[-1].never_in_days is not None
    assert 20 <= news[-1].never_in_days < 20.2
    assert news[-1].once_in_days is None


def test_what_came_before_is_said() -> None:
    """The fourth storm of as many ten days comes once in about ten, also after a restart."""
    model = _model()
    for storm in range(4):
        start = START + storm * 10 * DAY
        _fed(model, _usual(240 - 3), start)
        model = _restored(model)
        closed = _fed(model, [250.0, 250.0, 50.0], start + (240 - 3) * HOUR)
    told = [anomaly for _, anomaly in closed if anomaly]
    assert told[0].once_in_days is not None
    assert 6 < told[0].once_in_days < 25


def test_what_was_said_of_an_anomaly_moves_score_and_band() -> None:
    """A wrong widens the band and lowers the next score; it outlives a restart and is taken back without a trace."""
    model = _learned(20)
    mark = Mark(START + 5 * DAY, "up", right=False, at=START + 20 * DAY)
    plain = _fed(_restored(model), [90.0], START + 20 * DAY)[0][0]
    model.hear(mark)
    heard = _fed(_restored(model), [90.0], START + 20 * DAY)[0][0]
    model.unhear(mark.started, "up")
    assert heard.score < plain.score
    assert heard.upper > plain.upper
    assert heard.lower == plain.lower
    assert _fed(_restored(model), [90.0], START + 20 * DAY)[0][0] == plain


def test_a_retired_series_keeps_what_was_said() -> None:
    """What it learned is forgotten, what people said is not."""
    model = _learned(2)
    model.hear(Mark(START, "up", right=True, at=START))
    assert model.renewed(_model()).judge.feedback == model.judge.feedback


def test_a_record_of_before_is_read() -> None:
    """Without rarity and feedback both begin anew, and the rest goes on."""
    model = _learned(20)
    before = encode(list(_fields(model.record()))[: ModelRecord.__struct_fields__.index("rarity")])
    other = _model()
    other.restore(read(before, ModelRecord))
    assert other.judge.detector.to_bytes() == model.judge.detector.to_bytes()
    assert other.judge.rarity.to_bytes() == b""
    closed = _fed(other, [400.0], START + 20 * DAY)
    assert closed[0][1] is not None
    assert closed[0][1].once_in_days is closed[0][1].never_in_days is None


def _fields(record: ModelRecord) -> Iterable[object]:
    return (getattr(record, name) for name in record.__struct_fields__)
