"""The hazard library: what is shipped, drafts from it, families set aside, coverage."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from audit.errors import NotAllowed, NotPossible
from audit.tracked import history_of
from hazards.actions.hazards import withdraw_hazard
from hazards.actions.library import draft_from_library, set_family_aside, take_family_back
from hazards.choices import ControlState, HazardState, Party, Strength
from hazards.library import entry_of, library
from hazards.library_reading import coverage_of, open_families
from hazards.models import Estimate, Hazard
from hazards.queries import controls_of
from products.models import Product
from tests.hazards.factories import a_hazard
from tests.people import ClientOf

ENTRY = "medicines-no-monitoring"


def drafted(product: Product, by: User) -> Hazard:
    return draft_from_library(
        product=product,
        by=by,
        entry=ENTRY,
        name="Lithium is reissued without a level",
        causes=["A level arrives under another code"],
        effect="A toxic dose goes on being taken",
        harm="Kidney failure",
        controls=[0, 1],
    )


# --- What is shipped ------------------------------------------------------------------------------


def test_the_library_has_every_family_and_full_sentences() -> None:
    names = [family.name for family in library()]
    assert names == [
        "Identity", "Display", "Data entry", "Medicines", "Results and orders",
        "Tasks and messages", "Decision support", "Triage and questionnaires",
        "Remote monitoring", "Integration", "Access and security", "Availability",
        "Configuration and deployment", "AI", "Governance",
    ]  # fmt: skip
    for family in library():
        assert len(family.entries) >= 3
        for entry in family.entries:
            assert len(entry.hazard.split()) >= 5, entry.key
            assert min(map(len, (entry.causes, entry.effects, entry.controls))) > 0, entry.key


def test_keys_are_once_and_fit_where_they_are_kept() -> None:
    keys = [entry.key for family in library() for entry in family.entries]
    assert len(keys) == len(set(keys))
    assert max(map(len, keys)) <= 100, "as long as Hazard.library_entry"
    families = [family.key for family in library()]
    assert max(map(len, families)) <= 60, "as long as NotApplicable.family"


def test_every_entry_offers_more_than_training_and_information() -> None:
    weak = {Strength.TRAINING, Strength.INFORMATION}
    for family in library():
        for entry in family.entries:
            assert {control.strength for control in entry.controls} - weak, entry.key


# --- Drafting -------------------------------------------------------------------------------------


def test_an_entry_is_copied_as_a_draft_that_remembers_it(product: Product, engineer: User) -> None:
    hazard = drafted(product, engineer)
    assert (hazard.state, hazard.family) == (HazardState.DRAFT, "Medicines")
    hazard.refresh_from_db()
    assert hazard.library_entry == ENTRY
    assert [cause.text for cause in hazard.causes.all()] == ["A level arrives under another code"]
    assert [harm.text for harm in hazard.harms.all()] == ["Kidney failure"]
    found = entry_of(ENTRY)
    assert found is not None
    controls = list(controls_of([hazard]))
    assert [each.text for each in controls] == [each.text for each in found[1].controls[:2]]
    assert {each.state for each in controls} == {ControlState.PROPOSED}
    assert {each.party for each in controls} == {Party.MANUFACTURER}


def test_nothing_is_estimated(product: Product, engineer: User) -> None:
    drafted(product, engineer)
    assert not Estimate.objects.exists()


def test_a_draft_is_one_act(product: Product, engineer: User) -> None:
    hazard = drafted(product, engineer)
    reasons = {each.history_change_reason for each in history_of(hazard)}
    assert reasons == {"Drafted from the hazard library"}


@pytest.mark.parametrize(("entry", "controls"), [("none", []), (ENTRY, [9]), (ENTRY, [-1])])
def test_what_the_library_has_not_is_refused_whole(
    product: Product, engineer: User, entry: str, controls: list[int]
) -> None:
    with pytest.raises(NotPossible, match="Nothing was saved"):
        draft_from_library(product=product, by=engineer, entry=entry, name="x", controls=controls)
    assert not Hazard.objects.exists()


def test_an_auditor_drafts_nothing(product: Product, auditor: User) -> None:
    with pytest.raises(NotAllowed):
        drafted(product, auditor)


# --- Families set aside, and coverage -------------------------------------------------------------


def test_a_family_is_set_aside_with_a_reason_and_taken_back(
    product: Product, cso: User, auditor: User
) -> None:
    for nothing in (" ", "n/a", "TBC"):
        with pytest.raises(NotPossible, match="Say why"):
            set_family_aside(product=product, by=cso, family="ai", because=nothing)
    with pytest.raises(NotAllowed):
        set_family_aside(product=product, by=auditor, family="ai", because="None")
    row = set_family_aside(product=product, by=cso, family="ai", because="It has none")
    with pytest.raises(NotPossible, match="set aside already, because “It has none”"):
        set_family_aside(product=product, by=cso, family="ai", because="Somebody else’s words")
    row.refresh_from_db()
    assert row.because == "It has none"
    assert "AI" not in open_families(product)
    take_family_back(product=product, by=cso, family="ai")
    assert "AI" in open_families(product)
    with pytest.raises(NotPossible, match="not set aside"):
        take_family_back(product=product, by=cso, family="ai")
    again = set_family_aside(product=product, by=cso, family="ai", because="Still none")
    assert again.pk == row.pk


def test_an_unknown_family_is_refused(product: Product, cso: User) -> None:
    with pytest.raises(NotPossible, match="no such family"):
        set_family_aside(product=product, by=cso, family="weather", because="x")


def test_coverage_counts_drafts_from_entries_and_hazards_by_family(
    product: Product, cso: User
) -> None:
    hazard = drafted(product, cso)
    a_hazard(product, cso, "Another medicine hazard", family="medicines")
    gone = a_hazard(product, cso, "A third", family="Display")
    withdraw_hazard(hazard=gone, by=cso, reason="Not ours")
    by_key = {each.family.key: each for each in coverage_of(product)}
    medicines = by_key["medicines"]
    assert (medicines.hazards, medicines.used, medicines.others) == (2, 1, 1)
    [row] = [each for each in medicines.entries if each.hazards]
    assert row.hazards == [hazard]
    assert by_key["display"].is_open, "a withdrawn hazard covers nothing"


def test_coverage_takes_the_same_number_of_queries(product: Product, cso: User) -> None:
    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            coverage_of(product)
        return len(queries)

    drafted(product, cso)
    few = count()
    for number in range(6):
        a_hazard(product, cso, f"Hazard {number}", family=f"Family {number}")
        drafted(product, cso)
    assert count() == few == 3


# --- Pages ----------------------------------------------------------------------------------------


def test_the_page_teaches_and_leads_to_drafts(
    product: Product, cso: User, auditor: User, client_of: ClientOf
) -> None:
    hazard = drafted(product, cso)
    page = reverse("hazard_library", args=[product.slug])
    text = client_of(cso).get(page).content.decode()
    assert "15 families" in text
    assert "14 not looked at" in text
    assert hazard.reference in text
    assert reverse("library_draft", args=[product.slug, ENTRY]) in text
    seen = client_of(auditor).get(page).content.decode()
    assert reverse("library_draft", args=[product.slug, ENTRY]) not in seen


def test_a_draft_is_made_in_the_browser(
    product: Product, engineer: User, client_of: ClientOf
) -> None:
    page = reverse("library_draft", args=[product.slug, ENTRY])
    form = client_of(engineer).get(page).content.decode()
    assert "A medicine that needs monitoring is reissued without results" in form
    answer = client_of(engineer).post(
        page,
        {"name": "Lithium without a level", "causes": ["0", "2"], "controls": ["1"], "harm": ""},
    )
    hazard = Hazard.objects.get()
    assert answer.headers["Location"] == reverse(
        "hazard_detail", args=[product.slug, hazard.reference]
    )
    assert hazard.causes.count() == 2
    assert controls_of([hazard]).count() == 1


def test_a_choice_that_is_not_offered_is_told(
    product: Product, engineer: User, client_of: ClientOf
) -> None:
    page = reverse("library_draft", args=[product.slug, ENTRY])
    answer = client_of(engineer).post(page, {"name": "x", "causes": ["7"]})
    assert answer.status_code == 422
    assert not Hazard.objects.exists()
    missing = reverse("library_draft", args=[product.slug, "no-such-entry"])
    assert client_of(engineer).get(missing).status_code == 404
