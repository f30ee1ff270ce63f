"""What a hazard means for patients and for the product."""

import json

import pytest

from accounts.models import User
from audit.errors import Conflict
from audit.tracked import history_of
from hazards.actions.hazards import edit_hazard
from hazards.actions.undoing import undo_last_change
from hazards.models import Hazard, SearchDocument
from hazards.reading import read_hazards
from hazards.record_format.definition import RECORD
from hazards.record_format.kinds import Problems
from hazards.voices import own_sentence, voices_of
from products.models import Product
from tests.hazards.factories import a_harm, a_hazard
from tests.hazards.record_format.twins import record_bytes
from tests.people import ClientOf


@pytest.mark.parametrize(
    ("name", "effect", "harms", "sentence"),
    [
        ("Dose missed.", "", [], "Dose missed."),
        ("Dose missed", "Nobody notices.", [], "Dose missed, so that nobody notices."),
        ("Dose  missed", "", ["Stroke"], "Dose missed: stroke."),
        (
            "Dose missed",
            "Nobody notices",
            ["Stroke.", "A bleed"],
            "Dose missed, so that nobody notices: stroke or a bleed.",
        ),
    ],
)
def test_the_patients_voice_is_the_hazards_own_sentence_until_it_is_said(
    name: str, effect: str, harms: list[str], sentence: str
) -> None:
    assert own_sentence(name, effect, harms) == sentence


def test_nothing_is_stored_for_the_default(product: Product, engineer: User, cso: User) -> None:
    hazard = a_hazard(product, engineer, "Dose missed")
    a_harm(hazard, engineer, "Stroke")
    voices = voices_of(hazard, read_hazards([hazard])[0].harms)
    assert (voices.for_patients, voices.is_own_sentence) == ("Dose missed: stroke.", True)
    assert Hazard.objects.get(pk=hazard.pk).for_patients == ""
    said = edit_hazard(hazard=hazard, by=cso, changes={"for_patients": " I miss a dose. "})
    voices = voices_of(said, [])
    assert (voices.for_patients, voices.is_own_sentence) == ("I miss a dose.", False)


def test_both_voices_are_found_and_in_the_history(product: Product, engineer: User) -> None:
    hazard = a_hazard(product, engineer, "Dose missed")
    changes = {"for_patients": "Nobody rings me", "for_product": "Calls double in a week"}
    edit_hazard(hazard=hazard, by=engineer, changes=changes)
    body = SearchDocument.objects.get(hazard=hazard).body
    assert "Nobody rings me" in body
    assert "Calls double in a week" in body
    assert history_of(hazard)[0].for_product == "Calls double in a week"


def test_one_takes_it_back(product: Product, engineer: User) -> None:
    hazard = a_hazard(product, engineer, "Dose missed")
    edit_hazard(hazard=hazard, by=engineer, changes={"for_product": "Calls double"})
    undo_last_change(hazard=hazard, by=engineer)
    assert Hazard.objects.get(pk=hazard.pk).for_product == ""


def test_two_people_say_it_at_once(product: Product, engineer: User, cso: User) -> None:
    hazard = a_hazard(product, engineer, "Dose missed")
    edit_hazard(hazard=hazard, by=cso, changes={"for_patients": "Theirs"}, base_version=1)
    with pytest.raises(Conflict):
        edit_hazard(hazard=hazard, by=engineer, changes={"for_patients": "Mine"}, base_version=1)


def test_a_record_from_before_them_is_read(product: Product, engineer: User) -> None:
    a_hazard(product, engineer, "Dose missed", for_product="Calls double")
    record = json.loads(record_bytes(product))
    assert record["hazards"][0]["for_product"] == "Calls double"
    del record["hazards"][0]["for_product"], record["hazards"][0]["for_patients"]
    problems = Problems()
    RECORD.check(record, "", problems)
    assert problems.named == []


def test_they_stand_side_by_side_and_are_edited_in_place(
    product: Product, engineer: User, auditor: User, client_of: ClientOf
) -> None:
    hazard = a_hazard(product, engineer, "Dose missed")
    client = client_of(engineer)
    url = f"/products/{product.slug}/hazards/{hazard.reference}/"
    page = client.get(url).content.decode()
    assert "The hazard’s own sentence and harm" in page
    answer = client.post(
        f"{url}edit/voices/",
        {"for_patients": "Nobody rings me", "for_product": "Calls double", "base_version": "1"},
        headers={"HX-Request": "true", "HX-Target": "slot-voices"},
    )
    assert "Nobody rings me" in answer.content.decode()
    page = client_of(auditor).get(url).content.decode()
    assert "The hazard’s own sentence and harm" not in page
    assert "edit/voices/" not in page
