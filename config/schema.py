"""The JSON schema of the rules file, for editors and for checks outside of Spendwatch."""

import json
from pathlib import Path

from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import CoreSchema, core_schema

from config.rules import Rules

SCHEMA_FILE = Path(__file__).with_name("rules.schema.json")


class _AsWritten(GenerateJsonSchema):
    """Defaults in the form in which people write them (`6h`, not 21600), and no titles that echo keys."""

    def default_schema(self, schema: core_schema.WithDefaultSchema) -> JsonSchemaValue:
        json_schema = super().default_schema(schema)
        inner: CoreSchema = schema["schema"]
        write = inner.get("serialization", {}).get("function")
        if write is not None and json_schema.get("default") is not None:
            json_schema["default"] = write(schema["default"])
        return json_schema

    def field_title_should_be_set(self, schema: object) -> bool:  # noqa: ARG002 (pydantic's hook)
        return False


def rules_schema() -> dict[str, object]:
    """The schema (draft 2020-12), generated from the models."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **Rules.model_json_schema(schema_generator=_AsWritten),
        "title": "Spendwatch rules",
    }


def schema_text() -> str:
    """The schema as it is kept in `rules.schema.json`."""
    return json.dumps(rules_schema(), indent=2, ensure_ascii=False) + "\n"
