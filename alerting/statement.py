"""The records of a digest: the statement of a day, as JSON for other tools too."""

from datetime import date, datetime
from decimal import Decimal
from typing import Literal

import msgspec

from alerting.anomaly import AnomalyState, Severity
from alerting.cases.case import CaseState
from alerting.cases.kpi import Kpis
from alerting.cases.record import QuietKind
from alerting.estimate import Estimate
from detectors.verdict import Direction


class MonthSpend(msgspec.Struct, frozen=True, kw_only=True):
    """The month up to the end of the day, exactly, and what all of it will cost.

    ``forecast`` holds what was spent; None where no series had one. ``without_forecast`` is the part of
    ``to_date`` whose series had none: the forecast takes it as all that comes of them.
    """

    to_date: Decimal
    forecast: Estimate | None
    without_forecast: Decimal


class DayForecast(msgspec.Struct, frozen=True, kw_only=True):
    """What was forecast of the day when it began, beside what came, over the series that had a forecast."""

    forecast: Estimate
    actual: Decimal
    wape: float | None  # errors of the series over what came; None where nothing came
    covered: int  # series that came to lie in their band of 80 %
    series: int


class TeamSpend(msgspec.Struct, frozen=True, kw_only=True):
    """What a team cost on the day, exactly.

    ``expected`` is the forecast of those buckets that had one, ``forecast_cost`` what these cost; None
    where no bucket had one. ``week_ago`` is the same day last week; None where there is no spend of
    anyone in that currency.
    """

    team: str
    cost: Decimal
    forecast_cost: Decimal | None
    expected: Decimal | None
    week_ago: Decimal | None
    month: MonthSpend | None = None


Did = QuietKind | Literal["right"]


class AmongPeople(msgspec.Struct, frozen=True, kw_only=True):
    """What became of an anomaly among people: who did what, or why it was quiet."""

    state: CaseState
    did: Did | None = None  # what is worth saying, if anything is
    by: str = ""  # a person's name; of ``inhibited`` the anomaly, of ``muted`` the interval
    until: int | None = None  # epoch seconds
    note: str = ""  # their words; of ``planned`` the event's name
    is_told: bool = False  # whether anybody was told


class AnomalyLine(msgspec.Struct, frozen=True, kw_only=True):
    """An anomaly as the digest tells it."""

    anomaly_id: str
    team: str
    service: str
    state: AnomalyState
    direction: Direction
    severity: Severity
    impact: Decimal
    started_at: datetime
    once_in_days: float | None = None  # as in the record of the anomaly
    never_in_days: float | None = None
    channel: str = ""
    charge_kind: str = "usage"
    people: AmongPeople | None = None  # None where nothing is known of it


class CurrencyDigest(msgspec.Struct, frozen=True, kw_only=True):
    """The day in one currency. ``teams`` holds all teams, the dearest first; they add up to ``total``."""

    currency: str
    total: Decimal
    teams: tuple[TeamSpend, ...]
    expected: Decimal | None
    forecast_cost: Decimal | None
    week_ago: Decimal | None
    unallocated: Decimal
    unallocated_share: float | None  # of the total; None where that is not above zero
    unpriced_tokens: int  # tokens of models without a price: they are in no amount
    late_entries: (
        int  # late charges of the day that came after its buckets were final; in the total
    )
    late_cost: Decimal
    opened: tuple[AnomalyLine, ...]  # detected on the day, the largest impact first
    still_open: tuple[AnomalyLine, ...]  # detected before it and not over by its end
    month: MonthSpend | None = None
    day_forecast: DayForecast | None = None
    planned: tuple[AnomalyLine, ...] = ()  # of both, those that a planned event covers; in neither


class Digest(msgspec.Struct, frozen=True, kw_only=True):
    """The statement of a UTC day. Currencies are never added up."""

    schema_version: Literal["1"] = "1"
    day: date
    top: int  # how many teams a reader is shown by name
    currencies: tuple[CurrencyDigest, ...]
    alerts: Kpis | None = None  # how alerts of the day's anomalies did; None where no case is known
