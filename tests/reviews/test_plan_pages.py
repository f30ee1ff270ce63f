"""The pages of the plan: writing it, signing it, rejecting it, and the versions of it."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from accounts.models import User
from hazards.models import Plan, PlanClass
from products.models import Product
from reviews.actions.plans import draft_plan, edit_plan, say_of_class
from reviews.choices import Meaning
from reviews.models import Rejection, SignOff
from reviews.plan.reading import classes_of, plan_in_force, read_plan
from tests.people import ClientOf
from tests.reviews.factories import (
    a_current_officer,
    a_plan_in_force,
    an_approved_matrix,
    put_in_force,
    signed,
)
from tests.reviews.pages import PASSWORD, signed_in, what_signs

PLAN = "/products/digital-pharmacy/plan/"


@pytest.fixture
def draft(product: Product, cso: User, executive: User) -> Plan:
    """Version 1, ready to be approved."""
    a_current_officer(product, cso, executive)
    an_approved_matrix(product, cso)
    return draft_plan(product=product, by=cso)


def posted(client: Client, url: str) -> dict[str, Any]:
    """What the browser would post of the form that a page shows, were nothing changed."""
    form = client.get(url).context["form"]
    values = {}
    for field in form:
        value = field.value()
        if value in (None, False, ""):
            continue
        values[field.html_name] = "on" if value is True else value
    return values


# --- The whole way --------------------------------------------------------------------------------


def test_a_plan_is_begun_written_approved_and_authorised(
    product: Product, cso: User, clinical_product_manager: User, executive: User
) -> None:
    a_current_officer(product, cso, executive)
    an_approved_matrix(product, cso)
    author, officer, director = map(signed_in, (clinical_product_manager, cso, executive))

    assertContains(author.get(PLAN), "Begin the plan")
    edit = f"{PLAN}1/edit/"
    assertRedirects(author.post(f"{PLAN}draft/"), edit)
    answer = author.post(
        edit,
        posted(author, edit)
        | {
            "purpose": "How risk is managed here",
            "phases": ["concept_and_design", "modification"],
            "accepted_by_3": ["accountable_executive"],
            "review_months_3": "2",
        },
    )
    assertRedirects(answer, f"{PLAN}1/")
    page = author.get(f"{PLAN}1/")
    assertContains(page, "How risk is managed here")
    assertContains(page, "Accepted, by a record of its own, by: accountable executive.")
    assertContains(page, "Reviewed at least every 2 months.")
    assertNotContains(page, f"{PLAN}1/sign/")

    approve, authorise = f"{PLAN}1/sign/approved/", f"{PLAN}1/sign/authorised/"
    assertContains(officer.get(f"{PLAN}1/"), approve)
    assertNotContains(director.get(f"{PLAN}1/"), authorise)
    assertContains(director.get(authorise), "A clinical safety officer approves it before")
    statement = (
        "As clinical safety officer I approve version 1 of the clinical risk management plan"
    )
    assertContains(officer.get(approve), statement)
    assertRedirects(
        officer.post(approve, what_signs(officer, approve, comment="Read at the meeting")),
        f"{PLAN}1/",
    )
    assertContains(director.get(f"{PLAN}1/"), authorise)
    assertRedirects(director.post(authorise, what_signs(director, authorise)), f"{PLAN}1/")
    in_force = director.get(PLAN)
    assertContains(in_force, "In force")
    assertContains(in_force, statement)
    assertContains(in_force, "GMC 7654321")
    assertContains(in_force, "Read at the meeting")
    assert plan_in_force(product) == Plan.objects.get(number=1)


def test_a_page_without_a_plan_teaches(product: Product, auditor: User) -> None:
    answer = signed_in(auditor).get(PLAN)
    assertContains(answer, "No plan yet")
    assertContains(answer, "The clinical safety officer or the clinical product manager begins it.")
    assertNotContains(answer, "Begin the plan</button>")


# --- Who may --------------------------------------------------------------------------------------


def test_everybody_on_the_team_reads_what_would_be_signed_and_only_one_role_signs(
    draft: Plan, engineer: User, auditor: User, executive: User, stranger: User
) -> None:
    approve = f"{PLAN}1/sign/approved/"
    for person in (engineer, auditor, executive):
        client = signed_in(person)
        page = client.get(approve)
        assertContains(page, "Only the clinical safety officer signs this.")
        assertNotContains(page, 'type="password"')
        refused = client.post(approve, {"password": PASSWORD, "has_read": "on", "seen": "x"})
        assertContains(refused, "does not let you approve the plan", status_code=403)
        assert client.post(f"{PLAN}draft/").status_code == 403 or person is executive
    assert signed_in(stranger).get(approve).status_code == 404
    assert SignOff.objects.filter(subject_kind="plan").count() == 0


def test_a_plan_is_signed_as_nothing_else(draft: Plan, cso: User) -> None:
    assert signed_in(cso).get(f"{PLAN}1/sign/reviewed/").status_code == 404
    assert signed_in(cso).get(f"{PLAN}7/").status_code == 404


def test_an_officer_who_is_not_current_is_told_why(
    product: Product, cso: User, executive: User
) -> None:
    draft_plan(product=product, by=cso)
    page = signed_in(cso).get(f"{PLAN}1/sign/approved/")
    assertContains(page, "The accountable executive has not signed the appointment")
    assertContains(page, "was not checked within twelve months")
    assertContains(page, "Its risk matrix is not approved yet.")
    assertNotContains(page, 'type="password"')


# --- What can go wrong ----------------------------------------------------------------------------


def test_a_wrong_password_signs_nothing_and_loses_nothing(draft: Plan, cso: User) -> None:
    client, approve = signed_in(cso), f"{PLAN}1/sign/approved/"
    data = what_signs(client, approve, comment="Read twice", password="another one")
    answer = client.post(approve, data)
    assertContains(answer, "That is not your password. Nothing was signed", status_code=422)
    assertContains(answer, "Read twice", status_code=422)
    assertNotContains(answer, "another one", status_code=422)
    assert answer.context["form"]["has_read"].value() is True
    assert SignOff.objects.filter(subject_kind="plan").count() == 0


@pytest.mark.parametrize(
    ("without", "sentence"),
    [
        ("has_read", "Tick this once you have read it."),
        ("password", "Type your password: without it nothing is signed."),
    ],
)
def test_a_form_that_is_not_filled_in_signs_nothing(
    draft: Plan, cso: User, without: str, sentence: str
) -> None:
    client, approve = signed_in(cso), f"{PLAN}1/sign/approved/"
    data = what_signs(client, approve)
    del data[without]
    assertContains(client.post(approve, data), sentence, status_code=422)
    assert SignOff.objects.filter(subject_kind="plan").count() == 0


def test_what_was_changed_meanwhile_is_read_again_before_it_is_signed(
    draft: Plan, cso: User, clinical_product_manager: User
) -> None:
    client, approve = signed_in(cso), f"{PLAN}1/sign/approved/"
    data = what_signs(client, approve, comment="Fine by me")
    edit_plan(plan=draft, by=clinical_product_manager, changes={"purpose": "Something else"})
    answer = client.post(approve, data)
    assertContains(answer, "It was changed while you read it.", status_code=422)
    assertContains(answer, "Something else", status_code=422)
    assertContains(answer, "Fine by me", status_code=422)
    assert answer.context["form"]["has_read"].value() in (None, False)
    assert SignOff.objects.filter(subject_kind="plan").count() == 0
    assertRedirects(client.post(approve, what_signs(client, approve)), f"{PLAN}1/")


def test_the_signer_sees_what_changed_since_they_last_signed(
    product: Product, cso: User, executive: User
) -> None:
    first = a_plan_in_force(product, cso, executive)
    second = draft_plan(product=product, by=cso)
    edit_plan(plan=second, by=cso, changes={"competence": "Everybody is trained yearly"})
    [third_class] = classes_of(second).filter(risk_class__number=3)
    say_of_class(
        plan_class=third_class, by=cso, accepted_by=third_class.accepting_roles, review_months=1
    )
    page = signed_in(cso).get(f"{PLAN}2/sign/approved/")
    assertContains(page, "Since you last signed")
    labels = [change.label for change in page.context["page"].changes]
    assert labels == ["Competence and training", "Class 3"]
    assertContains(page, "says nothing yet")
    version = signed_in(executive).get(f"{PLAN}2/")
    assertContains(version, "What changed since")
    assertContains(version, f"{PLAN}{first.number}/")


# --- Rejecting ------------------------------------------------------------------------------------


def test_a_rejected_plan_says_why_until_it_is_changed_and_afterwards(
    draft: Plan, cso: User, executive: User, engineer: User
) -> None:
    director, reject = signed_in(executive), f"{PLAN}1/reject/"
    seen = {"seen": read_plan(draft).subject.fingerprint}
    empty = director.post(reject, seen | {"reason": " "})
    assertContains(empty, "This cannot be empty.", status_code=422)
    assertRedirects(
        director.post(reject, seen | {"reason": "Nobody reviews the process"}), f"{PLAN}1/"
    )
    officer = signed_in(cso)
    page = officer.get(f"{PLAN}1/")
    assertContains(page, "Nobody reviews the process")
    assertContains(page, "Rejected")
    assertNotContains(page, f"{PLAN}1/sign/")
    assertContains(officer.get(f"{PLAN}1/sign/approved/"), "It was rejected as it stands")
    edit_plan(plan=draft, by=cso, changes={"process_review": "Once a year"})
    again = officer.get(f"{PLAN}1/sign/approved/")
    assertContains(again, "Who disagrees")
    assertContains(again, "It has been changed since.")
    assertContains(again, 'type="password"')
    refused = signed_in(engineer).get(reject)
    assertContains(refused, "does not let you reject the plan", status_code=403)


def test_what_was_changed_meanwhile_is_not_rejected(
    draft: Plan, cso: User, executive: User
) -> None:
    seen = read_plan(draft).subject.fingerprint
    edit_plan(plan=draft, by=cso, changes={"process_review": "Once a year"})
    answer = signed_in(executive).post(f"{PLAN}1/reject/", {"seen": seen, "reason": "No"})
    assertContains(answer, "It was changed while you read it", status_code=422)
    assert not Rejection.objects.exists()


# --- Writing --------------------------------------------------------------------------------------


def test_what_was_signed_asks_why_it_is_changed_and_goes_out_of_date(
    draft: Plan, cso: User
) -> None:
    signed(draft, cso, Meaning.APPROVED)
    client, edit = signed_in(cso), f"{PLAN}1/edit/"
    assertContains(client.get(edit), "Clara Officer signed it as it stands.")
    changed = posted(client, edit) | {"purpose": "Another purpose"}
    assert client.post(edit, changed).status_code == 422
    assertRedirects(client.post(edit, changed | {"reason": "A new scope"}), f"{PLAN}1/")
    page = client.get(f"{PLAN}1/")
    assertContains(page, "Out of date")
    assertContains(page, "Changed since it was signed")


def test_a_plan_in_force_is_not_changed_but_followed(
    product: Product, cso: User, executive: User
) -> None:
    a_plan_in_force(product, cso, executive)
    client = signed_in(cso)
    answer = client.get(f"{PLAN}1/edit/", follow=True)
    assertContains(answer, "stays as it was signed when it came into force")
    assertContains(client.get(PLAN), "Begin the next version")
    client.post(f"{PLAN}draft/")
    both = client.get(PLAN)
    assertContains(both, "Version 2")
    assertNotContains(both, "Begin the next version")
    again = client.post(f"{PLAN}draft/", follow=True)
    assertContains(again, "Version 2 is not in force yet.")
    assert Plan.objects.count() == 2


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"phases": []}, "Name at least one phase"),
        ({"review_months_3": "13"}, "once in one to twelve months"),
        ({"review_months_5": "0"}, "once in one to twelve months"),
        ({"accepted_by_3": ["auditor"]}, "auditor is not one of the available choices"),
        ({"purpose": "x" * 10_001}, "10,000 fit"),
    ],
)
def test_what_a_plan_cannot_say_is_refused_with_everything_kept(
    draft: Plan, cso: User, wrong: dict[str, Any], sentence: str
) -> None:
    client, edit = signed_in(cso), f"{PLAN}1/edit/"
    data = posted(client, edit) | {"governance": "The team meets weekly"} | wrong
    answer = client.post(edit, data)
    assertContains(answer, sentence, status_code=422)
    assertContains(answer, "The team meets weekly", status_code=422)
    assert Plan.objects.get().governance == ""


def test_two_people_who_write_at_once_lose_nothing(
    draft: Plan, cso: User, clinical_product_manager: User
) -> None:
    mine, theirs = signed_in(cso), signed_in(clinical_product_manager)
    edit = f"{PLAN}1/edit/"
    before = posted(mine, edit)
    theirs.post(
        edit,
        before | {"purpose": "Theirs", "competence": "Their words", "review_months_3": "2"},
    )
    answer = mine.post(
        edit, before | {"purpose": "Mine", "governance": "My words", "review_months_3": "1"}
    )
    assertContains(answer, "Bridget Between saved this while you were writing", status_code=409)
    panel = answer.context["conflict"]
    assert {field.name for field in panel.fields} == {"purpose", "review_months_3"}
    assert Plan.objects.get().purpose == "Theirs"
    chosen = dict(panel.hidden_fields(base_version=str(panel.version)))
    chosen |= {"purpose": "Mine", "review_months_3": "2"}
    assertRedirects(mine.post(edit, chosen), f"{PLAN}1/")
    plan = Plan.objects.get()
    assert (plan.purpose, plan.governance, plan.competence) == ("Mine", "My words", "Their words")
    assert PlanClass.objects.get(risk_class__number=3).review_months == 2


def test_two_people_who_change_different_things_are_merged(
    draft: Plan, cso: User, clinical_product_manager: User
) -> None:
    mine, theirs = signed_in(cso), signed_in(clinical_product_manager)
    edit = f"{PLAN}1/edit/"
    before = posted(mine, edit)
    theirs.post(edit, before | {"competence": "Their words", "review_months_3": "2"})
    answer = mine.post(edit, before | {"governance": "My words", "accepted_by_3": ["clinician"]})
    assertRedirects(answer, f"{PLAN}1/")
    plan = Plan.objects.get()
    assert (plan.governance, plan.competence) == ("My words", "Their words")
    said = PlanClass.objects.get(risk_class__number=3)
    assert (said.accepted_by, said.review_months) == ("clinician", 2)


# --- History and growth ---------------------------------------------------------------------------


def test_the_history_holds_texts_classes_and_signatures(draft: Plan, cso: User) -> None:
    edit_plan(plan=draft, by=cso, changes={"purpose": "How risk is managed"}, reason="Kick-off")
    signed(Plan.objects.get(), cso, Meaning.APPROVED)
    page = signed_in(cso).get(f"{PLAN}1/history/")
    assertContains(page, "Kick-off")
    assertContains(page, "Approved: version 1 of the clinical risk management plan")
    assertContains(page, "Before first deployment, Modification that changes clinical risk")
    assertContains(page, "Accountable executive, Clinical safety officer")


def test_the_page_runs_the_same_queries_for_three_versions_and_for_eight(
    product: Product, cso: User, executive: User, client_of: ClientOf
) -> None:
    a_plan_in_force(product, cso, executive)
    client = client_of(cso)

    def grow(versions: int) -> None:
        for _ in range(versions):
            put_in_force(draft_plan(product=product, by=cso), cso, executive)

    def queries(url: str) -> int:
        with CaptureQueriesContext(connection) as counted:
            assert client.get(url).status_code == 200
        return len(counted)

    grow(2)
    few = [queries(PLAN), queries(f"{PLAN}1/"), queries(f"{PLAN}3/")]
    grow(5)
    assert [queries(PLAN), queries(f"{PLAN}1/"), queries(f"{PLAN}8/")] == few


def test_the_plan_is_found_from_the_product_and_from_the_safety_case(
    product: Product, auditor: User, client_of: ClientOf
) -> None:
    client = client_of(auditor)
    for name in ("product_home", "safety_case"):
        page = client.get(reverse(name, args=[product.slug]))
        assertContains(page, f'href="{PLAN}"')
        assertContains(page, 'href="/products/digital-pharmacy/acceptances/"')
