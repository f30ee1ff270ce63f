"""Whatever log there may be: what is restored is exported again byte for byte."""

from typing import Any

from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import User
from hazards.record_format.export import record_of
from hazards.record_format.people import Person, person_as_text, person_in_text
from hazards.record_format.text import record_pieces
from products.models import Product
from tests.hazards.record_format.any_record import PEOPLE, records
from tests.hazards.record_format.twins import record_bytes, restored


@settings(max_examples=25, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_any_record_comes_back_byte_for_byte(
    product: Product, cso: User, data: st.DataObject
) -> None:
    value: Any = data.draw(records(record_of(product)))
    content = b"".join(record_pieces(value))
    with transaction.atomic():
        report = restored(content, product, cso)
        again = record_bytes(product)
        nothing = restored(again, product, cso)
        transaction.set_rollback(True)
    assert again == content
    assert report.changed is bool(
        value["hazards"] or value["controls"] or value["evidence"] or value["assumptions"]
    )
    assert not nothing.changed


@given(PEOPLE, st.sampled_from(["", "Clinical lead", "Lead (nights)"]))
def test_a_person_in_one_text_is_read_back(person: Person, more: str) -> None:
    text = person_as_text(person, more)
    assert person_in_text(text) == (person, more) or " <" in person["name"]
