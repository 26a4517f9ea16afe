"""The simulated company's cloud bill: FOCUS 1.2 rows of two clouds, an hour each."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final

import msgspec
import numpy as np

from stream.demo import hidden
from stream.demo.hidden import HiddenEvent
from stream.demo.rhythm import (
    FLAT,
    HOUR,
    NIGHTLY,
    OFFICE,
    SERVERS,
    SHOPPERS,
    Rhythm,
    Times,
    generator,
    wobble,
)

HEADERS: Final = (("content-type", b"application/json"),)
BILLING_ACCOUNT: Final = "acme-payer"
SUPPORT_FEE: Final = "480.00"  # USD a month

_NOISE: Final = 0.04
_MICRO: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the bill: what one resource costs an hour, in USD. Only tags and account tell whose."""

    service: str
    category: str
    sku: str
    account: str
    resource: str
    hourly: float
    rhythm: Rhythm
    tags: dict[str, str] = field(default_factory=dict)
    provider: str = "AWS"
    region: str = "eu-central-1"


_EC2, _RDS = "Amazon Elastic Compute Cloud", "Amazon Relational Database Service"
_S3, _CPU, _DB, _DISK = "Amazon Simple Storage Service", "Compute", "Databases", "Storage"
_PROD, _STAGING = {"environment": "production"}, {"environment": "staging"}
_SEARCH, _CARE = {"team": "search", **_PROD}, {"Team": "Customer Care", "env": "prod"}
_CHECKOUT, _DATA = {"team": "checkout", **_PROD}, {"owner": "data-eng", **_PROD}
_RECO, _PLATFORM = {"team": "recommendations", **_PROD}, {"team": "platform", **_PROD}
_GCP: Final = "europe-west3"

LINES: Final = (
    Line(_EC2, _CPU, "m7g.4xlarge", "210000000001", "asg/search-api", 22, SHOPPERS, _SEARCH),
    Line(hidden.SCALED_SERVICE, "Analytics", "r7g.2xlarge.search", "210000000001",
         "domain/products", 9, SERVERS, _SEARCH),
    Line(_EC2, _CPU, "c7g.2xlarge", "210000000002", "asg/checkout-api", 14, SHOPPERS, _CHECKOUT),
    Line(_EC2, _CPU, "c7g.large", "210000000002", "asg/checkout-staging", 1.8, OFFICE,
         {"team": "checkout", **_STAGING}),
    Line(_RDS, _DB, "db.r7g.4xlarge", "210000000002", "db/orders", 11, FLAT, _CHECKOUT),
    Line("Amazon ElastiCache", _DB, "cache.r7g.large", "210000000002", "cache/carts", 2.4, FLAT,
         _CHECKOUT),
    Line("Amazon DynamoDB", _DB, "WriteRequestUnits", "210000000002", "table/sessions", 3.6,
         SHOPPERS, _CHECKOUT),
    Line("AWS Lambda", _CPU, "GB-Second", "210000000002", "function/receipts", 0.9, SHOPPERS,
         _CHECKOUT),
    Line(_EC2, _CPU, "m7g.xlarge", "210000000003", "asg/helpdesk", 5, OFFICE, _CARE),
    Line(_RDS, _DB, "db.m7g.large", "210000000003", "db/tickets", 3.2, FLAT, _CARE),
    Line("Amazon Connect", "Business Applications", "VoiceMinutes", "210000000003",
         "instance/hotline", 4, OFFICE, _CARE),
    Line(_EC2, _CPU, "r7g.4xlarge", "210000000004", "asg/etl", 12, NIGHTLY, _DATA),
    Line("AWS Glue", "Analytics", "DPU-Hour", "210000000004", "job/events", 7, NIGHTLY, _DATA),
    Line(_S3, _DISK, "TimedStorage", "210000000004", "bucket/lake", 6.5, FLAT),
    Line("Amazon Redshift", "Analytics", "ra3.4xlarge", "210000000004", "cluster/dwh", 18, FLAT),
    Line("BigQuery", "Analytics", "Analysis", "acme-analytics", "dataset/marts", 13, OFFICE,
         _DATA, "GCP", _GCP),
    Line("Cloud Storage", _DISK, "Standard Storage", "acme-analytics", "bucket/exports", 2.2,
         FLAT, {}, "GCP", _GCP),
    Line("Vertex AI", "AI and Machine Learning", "Training A100", "acme-reco", "job/ranker", 10.5,
         NIGHTLY, _RECO, "GCP", _GCP),
    Line("Compute Engine", _CPU, "N2 Core", "acme-reco", "mig/reco-api", 8, SHOPPERS, _RECO,
         "GCP", _GCP),
    Line("Cloud SQL", _DB, "db-n1-standard-8", "acme-reco", "db/features", 2.7, FLAT, _RECO,
         "GCP", _GCP),
    Line("Amazon Elastic Kubernetes Service", _CPU, "Cluster-Hour", "210000000006",
         "cluster/shared", 4.5, FLAT, _PLATFORM),
    Line("Amazon CloudWatch", "Management and Governance", "MetricMonitorUsage", "210000000006",
         "metrics/all", 3.3, SERVERS, _PLATFORM),
    Line("Amazon Virtual Private Cloud", "Networking", "NatGateway-Bytes", "210000000006",
         "nat/shared", 2.6, SHOPPERS, _PLATFORM),
    Line(_S3, _DISK, "Requests-Tier1", "210000000006", "bucket/artifacts", 1.4, OFFICE, _PLATFORM),
    Line("AWS Data Transfer", "Networking", "DataTransfer-Out", "210000000009", "transfer/other",
         1.1, SERVERS),
    Line(_EC2, _CPU, "t4g.large", "210000000009", "instance/unknown", 0.6, FLAT),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Charges:
    """One line's hours: micro-dollars for each time, and the bytes that they are written into."""

    template: bytes
    micros: list[int]

    def row(self, i: int, period: bytes) -> bytes:
        """The FOCUS row of hour ``i``; the period is what `charge_period` gives."""
        cost = b"%d.%06d" % divmod(self.micros[i], _MICRO)
        return self.template % (period, cost, cost)


def charges(line: Line, times: Times, seed: int, scale_up: HiddenEvent) -> Charges:
    """What a line costs in each hour of ``times``; only the scaled service is scaled up."""
    random = generator(seed, line.resource)
    usd = line.hourly * line.rhythm.load(times) * wobble(random, times.size, _NOISE)
    if line.service == scale_up.service:
        usd *= hidden.scale_factor(scale_up, times)
    return Charges(_template(line), np.rint(usd * _MICRO).astype(np.int64).tolist())


def charge_period(time: int) -> bytes:
    """The columns of the hour that begins at ``time`` and of the month that it is billed in."""
    hour = datetime.fromtimestamp(time, UTC)
    return _periods(hour, datetime.fromtimestamp(time + HOUR, UTC))


def support_fee(time: int) -> bytes:
    """The row of the month that begins at ``time``: a purchase that recurs, on the platform's account."""
    month = datetime.fromtimestamp(time, UTC)
    line = Line("AWS Support (Business)", "Other", "Support", "210000000006", "support/business",
                0, FLAT, _PLATFORM)  # fmt: skip
    template = _template(line, category="Purchase", frequency="Recurring")
    fee = SUPPORT_FEE.encode()
    return template % (_periods(month, _next_month(month)), fee, fee)


def _periods(start: datetime, end: datetime) -> bytes:
    month = start.replace(day=1, hour=0)
    columns = {
        "BillingPeriodStart": month,
        "BillingPeriodEnd": _next_month(month),
        "ChargePeriodStart": start,
        "ChargePeriodEnd": end,
    }
    said = {name: f"{moment:%Y-%m-%dT%H:%M:%SZ}" for name, moment in columns.items()}
    return msgspec.json.encode(said)[1:-1]


def _next_month(month: datetime) -> datetime:
    year, index = divmod(month.year * 12 + month.month, 12)
    return month.replace(year=year, month=index + 1)


def _template(line: Line, *, category: str = "Usage", frequency: str = "Usage-Based") -> bytes:
    """The row as JSON, with places for the periods and two times for the cost."""
    columns = {
        "BillingAccountId": BILLING_ACCOUNT,
        "BillingCurrency": "USD",
        "ChargeCategory": category,
        "ChargeClass": None,
        "ChargeDescription": f"{line.service} {line.sku}",
        "ChargeFrequency": frequency,
        "ProviderName": line.provider,
        "PublisherName": line.provider,
        "RegionId": line.region,
        "ResourceId": f"{line.account}/{line.resource}",
        "ServiceCategory": line.category,
        "ServiceName": line.service,
        "SkuId": line.sku,
        "SubAccountId": line.account,
        "Tags": line.tags,
    }
    return b'%b,%%b,"BilledCost":%%b,"EffectiveCost":%%b}' % msgspec.json.encode(columns)[:-1]
