"""The pages of decisions: from the question to the agreement, as people go through them."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from accounts.models import User
from hazards.models import Control, Hazard, Plan
from products.choices import Side
from products.models import Product
from reviews.actions.decision_reviews import add_trigger, record_dissent
from reviews.actions.safeguards import add_safeguard, edit_safeguard
from reviews.actions.signing import withdraw_sign_off
from reviews.choices import DecisionState, Meaning, SafeguardKind
from reviews.decisions.queries import decisions_about, decisions_waiting
from reviews.models import Decision, OptionEstimate, SignOff
from tests.hazards.factories import a_control, a_hazard
from tests.people import ClientOf
from tests.reviews.decisions.factories import (
    a_decision,
    a_row,
    agree,
    an_option,
    does,
    in_half_a_year,
    levels,
    read,
    say,
    sign,
    to_sign,
)
from tests.reviews.factories import a_hazard_to_accept, proof
from tests.reviews.pages import PASSWORD, signed_in, what_signs

ALL = "/products/digital-pharmacy/decisions/"
ONE = f"{ALL}DEC-1/"


@pytest.fixture
def hazard(product: Product, clinician: User, plan: Plan) -> Hazard:
    return a_hazard_to_accept(product, clinician)


@pytest.fixture
def decision(product: Product, cso: User) -> Decision:
    return a_decision(product, cso)


def square(product: Product, severity: str, likelihood: str) -> str:
    """The value of a square of the matrix in use."""
    chosen = levels(product, severity, likelihood)
    return f"{chosen[0].pk}:{chosen[1].pk}"


# --- The whole way --------------------------------------------------------------------------------


def test_from_the_question_to_the_agreement(
    product: Product, hazard: Hazard, cso: User, product_manager: User
) -> None:
    officer, planner = signed_in(cso), signed_in(product_manager)
    assertContains(officer.get(ALL), "Where product and clinical pull apart")
    question = {"title": "Repeat prescriptions", "question": "A month or a year?"}
    assertRedirects(planner.post(f"{ALL}new/", question), ONE)
    for client, side, text in ((officer, "clinical", "Monthly"), (planner, "product", "Yearly")):
        view = {f"{side}_view": text, f"{side}_would_change": "A study", "base_version": ""}
        client.post(f"{ONE}views/{side}/", view)
    officer.post(f"{ONE}hazards/new/", {"hazard": hazard.pk, "new_name": ""})
    planner.post(f"{ONE}options/new/", {"name": "Yearly for all", "side": "product"})
    planner.post(f"{ONE}options/new/", {"name": "By tier", "side": ""})
    decision = Decision.objects.get()
    yearly, tiers = read(decision).options
    row = read(decision).rows[0].row

    def cell(option: Any) -> str:
        return reverse(
            "option_hazard",
            args=[product.slug, "DEC-1", option.option.public_id, row.public_id],
        )

    assertContains(officer.get(ONE), "1 not estimated yet")  # not “as it is today”
    estimate = {"touches": "yes", "why": "Nobody looks in between", "seen": "0"}
    high = square(product, "Major", "High")
    answer = officer.post(cell(yearly), estimate | {"cell": high, "next": "yes"})
    assertRedirects(answer, cell(tiers))  # the next that nobody has estimated
    low = square(product, "Major", "Low")
    assertRedirects(
        officer.post(cell(tiers), estimate | {"cell": low, "next": "yes"}), f"{ONE}#options"
    )
    page = officer.get(ONE)
    assertContains(page, "Above the limit")
    assertContains(page, "above the plan’s limit")

    choice = {"why": "It makes nothing worse", "review_on": in_half_a_year()}
    refused = planner.post(f"{ONE}choose/", choice | {"chosen": yearly.option.pk})
    assert refused.status_code == 422
    assertContains(refused, "cannot be chosen, whoever signs: HAZ-001: class 4", status_code=422)
    assertContains(refused, "It makes nothing worse", status_code=422)
    assertRedirects(
        planner.post(f"{ONE}choose/", choice | {"chosen": tiers.option.pk}), f"{ONE}#choice"
    )
    for client, meaning in ((officer, "for_clinical"), (planner, "for_product")):
        url = f"{ONE}sign/{meaning}/"
        assertRedirects(client.post(url, what_signs(client, url)), f"{ONE}#agreement")
    assert read(decision).state is DecisionState.AGREED
    page = officer.get(ONE)
    assertContains(page, "Clara Officer")
    assertContains(page, "Decide anew")
    assertNotContains(page, "Edit the question")
    assertContains(officer.get(ALL), "nobody’s")
    assertContains(officer.get(f"/products/digital-pharmacy/hazards/{hazard.reference}/"), "DEC-1")


# --- Writing --------------------------------------------------------------------------------------


def test_the_other_side_is_not_offered_the_view(
    decision: Decision, client_of: ClientOf, product_manager: User
) -> None:
    page = client_of(product_manager).get(ONE)
    assertContains(page, "views/product/")
    assertNotContains(page, "views/clinical/")
    assertContains(page, "The clinical side has not spoken yet.")


def test_two_who_edit_the_question_at_once_see_both(
    decision: Decision, client_of: ClientOf, cso: User, clinician: User
) -> None:
    first, second = client_of(cso), client_of(clinician)
    values = {"title": "Repeat prescriptions", "question": "A?", "base_version": 1}
    first.post(f"{ONE}edit/", values)
    answer = second.post(f"{ONE}edit/", values | {"question": "B?"})
    assert answer.status_code == 409
    assertContains(answer, "A?", status_code=409)
    assertContains(answer, "B?", status_code=409)


def test_two_who_write_a_view_at_once_see_both(
    decision: Decision, client_of: ClientOf, cso: User, clinician: User
) -> None:
    first, second = client_of(cso), client_of(clinician)
    seen = {"clinical_would_change": "A study", "base_version": decision.version}
    first.post(f"{ONE}views/clinical/", seen | {"clinical_view": "Monthly"})
    answer = second.post(f"{ONE}views/clinical/", seen | {"clinical_view": "Quarterly"})
    assertContains(answer, "Monthly", status_code=409)
    assertContains(answer, "Quarterly", status_code=409)
    kept = dict(answer.context["conflict_hidden_fields"]) | {"clinical_view": "Quarterly"}
    assertRedirects(second.post(f"{ONE}views/clinical/", kept), f"{ONE}#views")
    assert read(decision).view_of(Side.CLINICAL) == ("Quarterly", "A study")


def test_two_who_choose_at_once_see_both(
    product: Product, hazard: Hazard, client_of: ClientOf, cso: User, product_manager: User
) -> None:
    decision = to_sign(product, hazard, cso, product_manager)
    yearly, tiers = (each.option for each in read(decision).options)
    row = read(decision).rows[0].row
    does(yearly, row, cso, "Major", "Low")
    first, second = client_of(cso), client_of(product_manager)
    seen = {"base_version": decision.version, "review_on": in_half_a_year()}
    first.post(f"{ONE}choose/", seen | {"chosen": tiers.pk, "why": "It is kinder"})
    answer = second.post(f"{ONE}choose/", seen | {"chosen": yearly.pk, "why": "It is enough"})
    assertContains(answer, "It is kinder", status_code=409)
    assertContains(answer, "It is enough", status_code=409)
    kept = dict(answer.context["conflict_hidden_fields"]) | {"why": "It is enough"}
    assertRedirects(second.post(f"{ONE}choose/", kept), f"{ONE}#choice")
    chosen = read(decision)
    assert chosen.chosen is not None
    assert (chosen.chosen.option, chosen.decision.why) == (yearly, "It is enough")


def test_the_four_questions_build_an_option(
    decision: Decision, client_of: ClientOf, cso: User
) -> None:
    client = client_of(cso)
    assertContains(client.get(f"{ONE}third-option/"), "The repeat prescription answered")
    answers = {
        "baseline": "A review every year\nA hold is never silent",
        "stratify": "New medicine: every month",
        "monitor": "",
        "fallback": "",
        "base_version": decision.version,
    }
    assertRedirects(client.post(f"{ONE}third-option/", answers), f"{ONE}#third-option")
    page = client.get(ONE)
    assertContains(page, "How the third option is made")
    assertContains(page, "every 12 months")
    assertContains(page, "every month")
    assertContains(page, "Nobody has said yet which hazard it protects against.")


def test_a_safeguard_adopts_a_control_by_its_reference(
    product: Product, decision: Decision, client_of: ClientOf, cso: User
) -> None:
    hazard = a_hazard(product, cso)
    control = a_control(hazard, cso)
    row = a_row(decision, cso, hazard)
    option = an_option(decision, cso)
    url = reverse("safeguard_new", args=[product.slug, "DEC-1", option.public_id])
    client = client_of(cso)
    assertContains(client.get(url), control.text)
    values = {
        "text": "It stands there",
        "kind": "control",
        "type": "design",
        "party": "manufacturer",
        "hazards": [row.pk],
        "control": control.reference.lower(),
    }
    wrong = client.post(url, values | {"control": "CTL-999"})
    assertContains(wrong, "No control of this product has the reference CTL-999", status_code=422)
    assert client.post(url, values).status_code == 302
    [safeguard] = read(decision).options[0].safeguards
    assert safeguard.adopts
    assert [each.row for each in safeguard.rows] == [row]


def test_what_holds_is_quoted_wherever_somebody_decides(
    product: Product, hazard: Hazard, cso: User, product_manager: User, client_of: ClientOf
) -> None:
    decision = to_sign(product, hazard, cso, product_manager)
    reading = read(decision)
    option, row = reading.options[0].option.public_id, reading.rows[0].row.public_id
    estimate = reverse("option_hazard", args=[product.slug, "DEC-1", option, row])
    for page in (ONE, estimate, f"{ONE}choose/", f"{ONE}sign/for_clinical/"):
        assertContains(client_of(cso).get(page), "What holds here", count=1)


def test_the_risk_of_today_says_whether_it_is_provisional(
    product: Product, hazard: Hazard, cso: User, product_manager: User, client_of: ClientOf
) -> None:
    decision = to_sign(product, hazard, cso, product_manager)
    option, row = read(decision).options[0].option.public_id, read(decision).rows[0].row.public_id
    estimate = reverse("option_hazard", args=[product.slug, "DEC-1", option, row])
    pages = (ONE, estimate, f"{ONE}sign/for_clinical/")
    for page in pages:
        assertContains(client_of(cso).get(page), '<span class="risk-mark">confirmed</span>')
    a_control(hazard, cso)
    for page in pages:
        assertContains(client_of(cso).get(page), '<span class="risk-mark">provisional</span>')


def test_a_withdrawn_signature_is_told_on_the_decision_and_on_the_pages_of_its_hazards(
    product: Product, hazard: Hazard, cso: User, product_manager: User, client_of: ClientOf
) -> None:
    decision = to_sign(product, hazard, cso, product_manager)
    early = sign(decision, product_manager, Meaning.FOR_PRODUCT)
    take_back(early, product_manager)  # before anything was agreed
    agree(decision, cso, product_manager)
    assert [each.to_review for each in decisions_about(hazard)] == [False]
    take_back(SignOff.objects.get(meaning=Meaning.FOR_CLINICAL), cso)
    assert [each.to_review for each in decisions_about(hazard)] == [True]
    page = client_of(product_manager).get(ONE)
    assertContains(page, "Withdrawn since")
    assertNotContains(page, "Not signed")


def take_back(sign_off: SignOff, by: User) -> None:
    """Withdraw a signature."""
    withdraw_sign_off(sign_off=sign_off, by=by, confirmed=proof(by), reason="I read it again")


def test_two_who_edit_a_safeguard_lose_neither_its_hazards_nor_its_control(
    product: Product, decision: Decision, client_of: ClientOf, cso: User
) -> None:
    hazards = [a_hazard(product, cso), a_hazard(product, cso, "Overdose")]
    control = a_control(hazards[0], cso)
    rows = [a_row(decision, cso, each) for each in hazards]
    option = an_option(decision, cso)
    kept = add_safeguard(
        option=option,
        by=cso,
        kind=SafeguardKind.CONTROL,
        text="A check",
        hazards=rows[:1],
        control_id=control.pk,
    )
    url = reverse("safeguard_edit", args=[product.slug, "DEC-1", kept.public_id])
    client = client_of(cso)
    form = client.get(url).context["form"]
    opened = {name: form[name].value() or "" for name in form.fields}
    # Somebody else ticks the second hazard, which makes no new version, then writes another text.
    edit_safeguard(safeguard=kept, by=cso, changes={}, hazards=rows)
    edit_safeguard(safeguard=kept, by=cso, changes={"text": "A daily check"})
    answer = client.post(url, opened | {"text": "A weekly check"})
    assert answer.status_code == 409
    chosen: dict[str, list[str]] = {"text": ["A weekly check"]}
    for name, value in answer.context["conflict_hidden_fields"]:
        chosen.setdefault(name, []).append(value)
    assertRedirects(client.post(url, chosen), f"{ONE}#options")
    [safeguard] = read(decision).options[0].safeguards
    assert (safeguard.safeguard.text, safeguard.control) == (
        "A weekly check",
        (control.reference, control.text),
    )
    assert [each.row for each in safeguard.rows] == rows
    # Both give it another control: the one to choose is named as the form writes it.
    others = [a_control(hazards[0], cso, f"Another {number}") for number in (1, 2)]
    opened |= {"text": "A weekly check", "base_version": safeguard.safeguard.version}
    edit_safeguard(safeguard=kept, by=cso, changes={"control_id": others[0].pk})
    answer = client.post(url, opened | {"control": others[1].reference})
    [field] = answer.context["conflict"].fields
    assert (field.theirs_value, field.mine_value) == tuple(each.reference for each in others)


def test_a_cadence_says_how_often(
    product: Product, decision: Decision, client_of: ClientOf, cso: User
) -> None:
    option = an_option(decision, cso)
    url = reverse("safeguard_new", args=[product.slug, "DEC-1", option.public_id])
    values = {"text": "Asked", "kind": "cadence", "type": "design", "party": "manufacturer"}
    for months in ("", "0", "13", "often"):
        answer = client_of(cso).post(url, values | {"months": months})
        assert answer.status_code == 422, months
    assert client_of(cso).post(url, values | {"months": "3"}).status_code == 302


def test_an_estimate_needs_a_square_and_a_why_or_neither(
    product: Product, decision: Decision, client_of: ClientOf, cso: User
) -> None:
    option, row = an_option(decision, cso), a_row(decision, cso, a_hazard(product, cso))
    url = reverse("option_hazard", args=[product.slug, "DEC-1", option.public_id, row.public_id])
    client = client_of(cso)
    assertContains(
        client.post(url, {"touches": "yes"}), "Choose a square of the matrix.", status_code=422
    )
    assert client.post(url, {"touches": "no", "seen": "0"}).status_code == 302
    assert not OptionEstimate.objects.get().is_touched


def test_whoever_estimates_second_reads_the_first_and_may_go_on(
    product: Product, decision: Decision, client_of: ClientOf, cso: User, clinician: User
) -> None:
    option, row = an_option(decision, cso), a_row(decision, cso, a_hazard(product, cso))
    url = reverse("option_hazard", args=[product.slug, "DEC-1", option.public_id, row.public_id])
    client = client_of(cso)
    does(option, row, clinician, why="Forms come back late")
    values = {
        "touches": "yes",
        "cell": square(product, "Major", "High"),
        "why": "Nobody looks",
        "seen": "0",
    }
    answer = client.post(url, values)
    assertContains(answer, "Forms come back late", status_code=422)
    assertContains(answer, "Nobody looks", status_code=422)
    again = client.post(url, values | {"seen": answer.context["form"]["seen"].value()})
    assert again.status_code == 302


def test_what_is_settled_offers_no_form_and_refuses_one_that_comes(
    product: Product,
    hazard: Hazard,
    client_of: ClientOf,
    cso: User,
    product_manager: User,
) -> None:
    decision = to_sign(product, hazard, cso, product_manager)
    agree(decision, cso, product_manager)
    client = client_of(cso)
    assertContains(client.get(f"{ONE}edit/"), "stays as it was signed", status_code=403)
    answer = client.post(f"{ONE}edit/", {"title": "Anew", "question": "What I had typed"})
    assertContains(answer, "stays as it was signed", status_code=422)
    assertContains(answer, "What I had typed", status_code=422)


def test_pages_of_parts_that_are_not_there(
    product: Product, other_product: Product, decision: Decision, client_of: ClientOf, cso: User
) -> None:
    other = a_decision(product, cso)
    option = an_option(other, cso)
    client = client_of(cso)
    for url in (
        f"{ALL}DEC-9/",
        f"{ALL}%00/",
        f"{ONE}views/both/",
        f"{ONE}sign/approved/",
        f"{ONE}options/{option.public_id}/edit/",
    ):
        assert client.get(url).status_code == 404, url


# --- Signing --------------------------------------------------------------------------------------


def test_who_signs_reads_the_dissent_and_what_is_not_ready(
    product: Product, hazard: Hazard, cso: User, clinician: User, product_manager: User
) -> None:
    decision = to_sign(product, hazard, cso, product_manager)
    record_dissent(decision=decision, by=clinician, side=Side.CLINICAL, text="Nineteen is few")
    planner = signed_in(product_manager)
    page = planner.get(f"{ONE}sign/for_product/")
    assertContains(page, "Nineteen is few")
    assertContains(page, "it has no review trigger")
    assertContains(page, "For the product side I agree to decision DEC-1")
    wrong = what_signs(planner, f"{ONE}sign/for_product/", password="another one")
    assert planner.post(f"{ONE}sign/for_product/", wrong).status_code == 422
    assert read(decision).signatures.readings == []
    assert PASSWORD != "another one"


def test_a_rejection_is_read_on_the_page(
    product: Product, hazard: Hazard, client_of: ClientOf, cso: User, product_manager: User
) -> None:
    decision = to_sign(product, hazard, cso, product_manager)
    client = client_of(product_manager)
    values = {"seen": read(decision).subject.fingerprint, "reason": "Where is the evidence?"}
    assertRedirects(client.post(f"{ONE}reject/", values), ONE)
    assertContains(client_of(cso).get(ONE), "Where is the evidence?")


def test_a_trigger_that_fired_is_on_the_page_and_in_the_list(
    product: Product, hazard: Hazard, client_of: ClientOf, cso: User, product_manager: User
) -> None:
    decision = to_sign(product, hazard, cso, product_manager)
    trigger = add_trigger(decision=decision, by=cso, text="somebody is harmed")
    agree(decision, cso, product_manager)
    client = client_of(cso)
    url = reverse("trigger_fire", args=[product.slug, "DEC-1", trigger.public_id])
    assertRedirects(client.post(url, {"note": "A bleed in October"}), f"{ONE}#choice")
    assertContains(client.get(ONE), "A bleed in October")
    assertContains(client.get(ALL), "To be reviewed")
    [waiting] = decisions_waiting(product)
    assert (waiting.what, len(waiting.sides)) == ("review it", 2)


def test_deciding_anew_leads_to_the_copy(
    product: Product, hazard: Hazard, client_of: ClientOf, cso: User, product_manager: User
) -> None:
    agree(to_sign(product, hazard, cso, product_manager), cso, product_manager)
    client = client_of(cso)
    assertRedirects(client.post(f"{ONE}supersede/"), f"{ALL}DEC-2/")
    assertContains(client.get(ONE), "To be superseded by")
    again = client.post(f"{ONE}supersede/", follow=True)
    assertContains(again, "DEC-2 is to supersede DEC-1 already")


# --- What waits -----------------------------------------------------------------------------------


def test_what_waits_says_for_whom_and_the_longest_first(
    product: Product, cso: User, product_manager: User
) -> None:
    first, second = a_decision(product, cso), a_decision(product, cso)
    say(second, Side.PRODUCT, product_manager)
    say(first, Side.CLINICAL, cso)
    waiting = decisions_waiting(product)
    assert [(each.decision.reference, each.sides, each.what) for each in waiting] == [
        ("DEC-2", (Side.CLINICAL,), "write the view"),
        ("DEC-1", (Side.PRODUCT,), "write the view"),
    ]
    assert waiting[0].since < waiting[1].since


def queries(client: Any, url: str) -> int:
    with CaptureQueriesContext(
        connection,
    ) as asked:
        assert client.get(url).status_code == 200
    return len(asked)


def test_pages_ask_as_often_for_many_decisions_as_for_few(
    product: Product, hazard: Hazard, client_of: ClientOf, cso: User, product_manager: User
) -> None:
    client = client_of(cso)

    def add(count: int) -> None:
        for _ in range(count):
            decision = to_sign(product, hazard, cso, product_manager)
            option, row = read(decision).options[1].option, read(decision).rows[0].row
            add_safeguard(
                option=option,
                by=cso,
                kind=SafeguardKind.CONTROL,
                text="A nurse decides",
                hazards=[row],
            )
            add_trigger(decision=decision, by=cso, text="somebody is harmed")

    add(2)
    agree(Decision.objects.get(reference="DEC-2"), cso, product_manager)
    urls = (ALL, f"/products/digital-pharmacy/hazards/{hazard.reference}/")
    for url in urls:
        client.get(url)
    few = [queries(client, url) for url in urls]
    with CaptureQueriesContext(connection) as waiting_few:
        decisions_waiting(product)
    add(3)
    assert [queries(client, url) for url in urls] == few
    with CaptureQueriesContext(connection) as waiting_many:
        assert len(decisions_waiting(product)) == 4
    assert len(waiting_many) == len(waiting_few)
    assert Control.objects.count() == 1


def test_a_decision_asks_as_often_with_more_on_it(
    product: Product, decision: Decision, client_of: ClientOf, cso: User
) -> None:
    client = client_of(cso)

    def add(count: int) -> None:
        for number in range(count):
            row = a_row(decision, cso, a_hazard(product, cso, f"Hazard {number}"))
            option = an_option(decision, cso, f"Option {number}")
            does(option, row, cso)
            add_safeguard(
                option=option,
                by=cso,
                kind=SafeguardKind.CONTROL,
                text="A nurse decides",
                hazards=[row],
            )

    add(2)
    client.get(ONE)
    few = queries(client, ONE)
    add(4)
    assert queries(client, ONE) == few
