"""The index finds what people wrote, ranks it, and is kept."""

import pytest
from django.db import connection

from accounts.actions import system_person
from accounts.models import User
from hazards.actions.causes import withdraw_cause
from hazards.actions.controls import edit_control
from hazards.actions.evidence import add_evidence
from hazards.keeping_current import fill_after_migrating
from hazards.models import SearchDocument
from hazards.search.index import TABLE, remake_index
from hazards.search.matching import best_first, search_log
from products.models import Product
from tests.hazards.factories import a_cause, a_control, a_harm, a_hazard, an_assumption


def found(product: Product, text: str) -> list[str]:
    return [each.display_reference for each in search_log(product, text)]


def test_everything_that_people_write_on_a_hazard_is_hit(product: Product, cso: User) -> None:
    hazard = a_hazard(
        product, cso, "A zebra", description="aardvark", effect="badger", justification="camel"
    )
    a_harm(hazard, cso, "dormouse")
    a_cause(hazard, cso, "elephant", accepted_because="ferret")
    control = a_control(hazard, cso, "gazelle", instruction="hedgehog")
    add_evidence(controls=[control], by=cso, title="ibex")
    an_assumption(product, cso, hazard=hazard, text="jaguar")
    a_hazard(product, cso, "Another")
    words = "zebra aardvark badger camel dormouse elephant ferret gazelle hedgehog ibex jaguar"
    for word in words.split():
        assert found(product, word) == ["HAZ-001"], word
        assert found(product, word[:4].upper()) == ["HAZ-001"], word
    assert found(product, "haz-001") == found(product, control.reference) == ["HAZ-001"]
    assert found(product, "zebra ibex") == ["HAZ-001"]
    assert found(product, "zebra elsewhere") == []


def test_a_name_ranks_above_what_is_said_further_down(product: Product, cso: User) -> None:
    a_hazard(product, cso, "Something", description="It ends in a seizure, a seizure, a seizure")
    a_hazard(product, cso, "A seizure is missed")
    assert found(product, "seizure") == ["HAZ-002", "HAZ-001"]
    assert len(best_first(product, "seizure")) == 2


def test_what_was_taken_out_or_changed_is_no_longer_found(product: Product, cso: User) -> None:
    hazard = a_hazard(product, cso)
    cause = a_cause(hazard, cso, "A zebra")
    control = a_control(hazard, cso, "An okapi")
    withdraw_cause(cause=cause, by=cso, reason="A mistake")
    edit_control(control=control, by=cso, changes={"text": "A quagga"}, reason="A better word")
    assert found(product, "zebra") == found(product, "okapi") == []
    assert found(product, "quagga") == ["HAZ-001"]


def test_another_product_is_another_log(
    product: Product, other_product: Product, cso: User
) -> None:
    a_hazard(other_product, system_person(), "A zebra elsewhere")
    a_hazard(product, cso, "A zebra here")
    assert len(best_first(product, "zebra")) == 1
    assert [each.said.name[1].text for each in search_log(product, "zebra")] == ["zebra"]


@pytest.mark.parametrize(
    "text",
    ["", "%", '"', "' OR 1=1 --", "a AND OR NOT (", "NEAR(a b)", "product : 1", "\x00", "x" * 9_999,
     "*", "&|!:*()", "title:", "{body}:", "\\", "word " * 999, "İß\u0301", "\ud7ff𝔘", "٣"],
)  # fmt: skip
def test_any_text_may_be_asked_for(product: Product, cso: User, text: str) -> None:
    a_hazard(product, cso, f"A name with {text.replace(chr(0), '')}"[:300])
    search_log(product, text)


def test_snippets_say_where(product: Product, cso: User) -> None:
    a_hazard(product, cso, "A <b>zebra</b>", description="It <i>gallops</i>")
    [hit] = search_log(product, "gallop zebra")
    assert [piece.text for piece in hit.said.name if piece.is_hit] == ["zebra"]
    assert [piece.text for piece in hit.said.snippet if piece.is_hit] == ["gallops"]


def test_an_index_that_is_lost_is_made_again_after_migrating(product: Product, cso: User) -> None:
    a_hazard(product, cso, "A zebra")
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE {TABLE}")
    fill_after_migrating(using="default")
    assert found(product, "zebra") == ["HAZ-001"]
    remake_index()
    assert found(product, "zebra") == ["HAZ-001"]


def test_a_log_from_before_there_was_a_search_is_hit_after_migrating(
    product: Product, cso: User
) -> None:
    a_hazard(product, cso, "A zebra")
    SearchDocument.objects.all().delete()
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE {TABLE}")
    fill_after_migrating(using="default")
    assert found(product, "zebra") == ["HAZ-001"]
