"""The demonstration's log, with all that a story needs, moves byte for byte."""

import pytest

from accounts.actions import system_person
from safetycase.demonstration.load import load_demonstration
from tests.hazards.record_format.twins import a_twin, record_bytes, restored


@pytest.mark.django_db
def test_the_demonstration_comes_back() -> None:
    product = load_demonstration()
    content = record_bytes(product)
    twin = a_twin(product)
    report = restored(content, twin, system_person())
    assert report.findings == []
    assert record_bytes(twin) == content
