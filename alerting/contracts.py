"""JSON schemas of the public records, generated from their definitions and kept as files in the package.

``python -m alerting.contracts`` writes the files anew after a change; a test holds them to be those of
the code, and records to be what the schemas say.
"""

import json
from pathlib import Path
from typing import Final

import msgspec

from alerting.anomaly import Anomaly
from alerting.cases.record import CaseRecord
from alerting.spend import SpendRecord

RECORDS: Final = {"spend": SpendRecord, "anomaly": Anomaly, "case": CaseRecord}
_FOLDER: Final = Path(__file__).parent


def schema_file(name: str) -> Path:
    """Where the schema of ``spend``, ``anomaly`` or ``case`` is kept; the name tells the version."""
    return _FOLDER / f"{name}.v1.schema.json"


def schema_text(name: str) -> str:
    """The schema (draft 2020-12) of ``spend``, ``anomaly`` or ``case``. Money is a string that holds a decimal."""
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"Spendwatch {name} record, version 1",
        **msgspec.json.schema(RECORDS[name]),
    }
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def main() -> None:
    """Write the files."""
    for name in RECORDS:
        schema_file(name).write_text(schema_text(name), encoding="utf-8")


if __name__ == "__main__":
    main()
