"""One declaration: the schema that is shipped, the manual and the reading say the same."""

import json

from django.conf import settings

from hazards.record_format.definition import FORMAT, RECORD, VERSION, json_schema
from hazards.record_format.kinds import Problems
from products.models import Product
from tests.hazards.record_format.twins import record_bytes

SCHEMA = settings.BASE_DIR / "hazards" / "record_format" / "hazard-log.schema.json"
MANUAL = settings.BASE_DIR / "docs" / "hazard-log-json.md"


def schema_text() -> str:
    """The schema as the file holds it."""
    return json.dumps(json_schema(), ensure_ascii=False, indent=2) + "\n"


def test_the_schema_that_is_shipped_is_the_declared_one() -> None:
    assert SCHEMA.read_text(encoding="utf-8") == schema_text()


def test_the_manual_names_every_field_and_what_it_says() -> None:
    manual = MANUAL.read_text(encoding="utf-8")
    assert f"`{FORMAT}`" in manual
    assert f"version {VERSION}" in manual
    for thing in RECORD.things():
        for name, (_, about) in thing.fields.items():
            assert f"| `{name}` | {about} |" in manual, f"{thing.name}: {name}"


def test_what_is_exported_is_as_declared(product: Product) -> None:
    problems = Problems()
    RECORD.check(json.loads(record_bytes(product)), "", problems)
    assert problems.named == []
