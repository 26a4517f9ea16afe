"""Samples of formats for tests: events made up here, and the files of a folder of one's own."""

import os
from pathlib import Path
from typing import Any

FOLDER = os.environ.get("SPENDWATCH_TEST_FORMATS")
"""A folder of samples of others, a folder a format; the tests that read it pass where there is none."""


def sample(name: str) -> Path:
    """A file of the folder."""
    return Path(FOLDER or "") / name


ALLOCATION: dict[str, Any] = {
    "name": "checkout",
    "properties": {
        "cluster": "eu-1",
        "namespace": "checkout",
        "controller": "cart",
        "controllerKind": "deployment",
        "labels": {"team": "shop"},
        "namespaceLabels": {"team": "platform", "tier": "1"},
    },
    "window": {"start": "2025-04-01T00:00:00Z", "end": "2025-04-02T00:00:00Z"},
    "start": "2025-04-01T03:00:00Z",
    "end": "2025-04-01T20:00:00Z",
    "minutes": 1020.0,
    "cpuCoreHours": 17.0,
    "cpuCost": 0.6,
    "gpuCost": 0.0,
    "ramByteHours": 1.0,
    "ramCost": 0.4,
    "pvs": None,
    "totalCost": 1.25,
}
CLOUD_COST: dict[str, Any] = {
    "cloudCosts": {
        "AWS/AmazonEC2": {
            "properties": {
                "provider": "AWS",
                "invoiceEntityID": "payer",
                "accountID": "member",
                "regionID": "eu-west-1",
                "service": "AmazonEC2",
                "category": "Compute",
                "labels": {"team": "search"},
            },
            "window": {"start": "2025-04-01T00:00:00Z", "end": "2025-04-02T00:00:00Z"},
            "listCost": {"cost": 9, "kubernetesPercent": 0},
            "amortizedNetCost": {"cost": 5.5, "kubernetesPercent": 0.5},
        }
    },
    "aggregationProperties": ["provider", "service"],
}
CUSTOM_COST: dict[str, Any] = {
    "window": {"start": "2025-04-01T00:00:00Z", "end": "2025-04-02T00:00:00Z"},
    "totalBilledCost": 3,
    "customCosts": [
        {
            "id": "",
            "zone": "eu",
            "account_name": "Acme",
            "charge_category": "usage",
            "resource_name": "agent_host_count",
            "resource_type": "infra_hosts",
            "provider_id": "org/agent_host_count",
            "billedCost": 3,
            "listCost": 4,
            "domain": "datadog",
        }
    ],
}
SNOWFLAKE_BILL: dict[str, Any] = {
    "ORGANIZATION_NAME": "ACME",
    "CONTRACT_NUMBER": 12345,
    "ACCOUNT_NAME": "PROD",
    "REGION": "AWS_EU_WEST_1",
    "USAGE_DATE": "2025-04-01",
    "USAGE_TYPE": "compute",
    "USAGE": "10.123",
    "CURRENCY": "EUR",
    "USAGE_IN_CURRENCY": "30.37",
    "BILLING_TYPE": "consumption",
    "SERVICE_TYPE": "WAREHOUSE_METERING",
    "IS_ADJUSTMENT": False,
}
SNOWFLAKE_CREDITS: dict[str, Any] = {
    "SERVICE_TYPE": "WAREHOUSE_METERING",
    "START_TIME": "2025-03-31 17:00:00.000 -0700",
    "END_TIME": "2025-03-31 18:00:00.000 -0700",
    "ENTITY_ID": 7,
    "NAME": "ETL_WH",
    "CREDITS_USED_COMPUTE": "1.500000000",
    "CREDITS_USED_CLOUD_SERVICES": "0.010000000",
    "CREDITS_USED": "1.510000000",
}
DATABRICKS: dict[str, Any] = {
    "record_id": "11e2-4",
    "account_id": "acc",
    "workspace_id": "1234567890123456",
    "sku_name": "PREMIUM_JOBS_COMPUTE",
    "cloud": "AWS",
    "usage_start_time": "2025-04-01 00:00:00.000+00:00",
    "usage_end_time": "2025-04-01 01:00:00.000+00:00",
    "usage_date": "2025-04-01",
    "custom_tags": {"team": "data"},
    "usage_unit": "DBU",
    "usage_quantity": "2.345678901234567890",
    "usage_metadata": {"job_id": "77", "cluster_id": "c-1", "node_type": None},
    "record_type": "ORIGINAL",
    "billing_origin_product": "JOBS",
}
CHARGE: dict[str, Any] = {
    "schema": "spendwatch.charge.v1",
    "id": "inv-7/3",
    "time": "2025-04-01T00:00:00Z",
    "cost": "1234.50",
    "currency": "EUR",
    "kind": "recurring",
    "technology": "license",
    "provider": "Acme Software",
    "service": "Acme Design",
    "account": "contract-9",
    "region": "eu",
    "sku": "enterprise",
    "resource": "seat-pool-1",
    "team": "design",
    "environment": "production",
    "tags": {"cost_center": 4711},
}
FOCUS_ROW: dict[str, Any] = {
    "ChargePeriodStart": "2025-04-01T00:00:00Z",
    "EffectiveCost": 1.5,
    "BillingCurrency": "USD",
    "ServiceName": "Storage",
}
USAGE: dict[str, Any] = {
    "schema": "spendwatch.usage.v1",
    "id": "1",
    "time": 1743465600,
    "provider": "openai",
    "model": "gpt-4o",
    "input_tokens": 7,
}


def cloud_event(data: dict[str, Any]) -> dict[str, Any]:
    """The document in a CloudEvent of its type."""
    return {
        "specversion": "1.0",
        "id": "1",
        "source": "/gateway",
        "type": data["schema"],
        "time": "2025-04-05T00:00:00Z",
        "data": data,
    }


EXAMPLES: dict[str, list[dict[str, Any]]] = {
    "focus": [FOCUS_ROW],
    "spendwatch.usage.v1": [USAGE],
    "cloudevents": [cloud_event(USAGE), {**cloud_event(USAGE), "type": "com.example.other"}],
    "spendwatch.charge.v1": [CHARGE],
    "cloudevents of bills": [cloud_event(CHARGE)],
    "opencost allocation": [
        ALLOCATION,
        {"checkout": ALLOCATION},
        {"code": 200, "data": [{"checkout": ALLOCATION}]},
        {"code": 200, "status": "success", "data": [{"checkout": ALLOCATION}, {}, None]},
    ],
    "opencost cloudCost": [CLOUD_COST, {"code": 200, "data": {"sets": [CLOUD_COST]}}],
    "opencost customCost": [
        CUSTOM_COST,
        {"code": 200, "data": CUSTOM_COST},
        {"code": 200, "data": {"timeseries": [CUSTOM_COST]}},
    ],
    "snowflake USAGE_IN_CURRENCY_DAILY": [
        SNOWFLAKE_BILL,
        {name.lower(): value for name, value in SNOWFLAKE_BILL.items()},
    ],
    "snowflake METERING_HISTORY": [SNOWFLAKE_CREDITS],
    "databricks system.billing.usage": [DATABRICKS],
}
"""By the format that alone recognises them."""
