"""My work as two sides share it: what waits for whom, since when, and where it is done."""

import datetime
from dataclasses import replace

import pytest
from django.core import mail
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from hazards.actions.features import link_feature
from hazards.actions.hazards import edit_hazard
from hazards.models import Hazard
from products.actions import carry_feature, edit_feature, edit_release
from products.choices import ReleaseState, Role, Side
from products.models import Product
from products.permissions import standing_of
from reviews.actions.concerns import answer_concern, raise_concern
from reviews.choices import ConcernOutcome, Meaning
from reviews.decisions.queries import decisions_waiting
from safetycase.my_work import gathering, work_of
from safetycase.my_work.deciding import _steps
from safetycase.my_work.gathering import Group
from safetycase.my_work.todo import Todo, most_urgent_first
from safetycase.reminders import send_reminders
from tests.factories import join, make_feature, make_person
from tests.hazards.factories import a_live_hazard
from tests.people import ClientOf, QueriesOf
from tests.reviews.charter import factories as charters
from tests.reviews.decisions import factories as decisions
from tests.reviews.factories import a_current_officer
from tests.reviews.risk_benefit import factories as analyses
from tests.safetycase.factories import a_report_to_freeze, an_issued_version
from tests.safetycase.gate import factories as gate

SIGN, ASKED = "Waiting for your signature", "The other side waits for you"
GLASS, CONCERNS = "In spite of the gate", "Concerns to answer"
TOLD, LAPSED = "What became of your concerns", "Lapsed or out of date"


def groups_of(person: User) -> dict[str, list[Todo]]:
    """What waits, by the title of its group."""
    cache.clear()
    groups = work_of(User.objects.get(pk=person.pk)).groups
    return {each.title: each.todos for each in groups}


def only(person: User, group: str) -> Todo:
    """The one thing of a group."""
    [todo] = groups_of(person)[group]
    return todo


# --- Agreements -----------------------------------------------------------------------------------


def test_a_charter_waits_for_the_other_side_and_says_whose_move_it_is(
    product: Product, cso: User, product_manager: User, executive: User, engineer: User
) -> None:
    draft = charters.a_charter(product, cso)
    assert SIGN not in groups_of(product_manager)
    charters.signed(draft, cso, Meaning.FOR_CLINICAL)
    todo = only(product_manager, SIGN)
    assert todo.sentence == "Sign version 1 of the safety charter for the product side"
    assert todo.url == reverse("charter_sign", args=[product.slug, 1, "for_product"])
    assert todo.turn == f"Your move or {executive.name}’s since today"
    moves = [each.whose for each in groups_of(executive)[SIGN] if "charter" in each.sentence]
    assert moves == [f"Your move or {product_manager.name}’s"]
    assert SIGN not in groups_of(cso)
    assert SIGN not in groups_of(engineer)
    charters.signed(draft, product_manager, Meaning.FOR_PRODUCT)
    assert SIGN not in groups_of(product_manager)


def test_an_analysis_waits_for_the_officer_and_then_for_the_executive(
    product: Product, cso: User, executive: User, clinician: User
) -> None:
    a_current_officer(product, cso, executive)
    analysis = analyses.an_analysis(analyses.a_hazard_to_weigh(product, cso), cso)
    todo = only(cso, SIGN)
    assert todo.url == reverse("risk_benefit_sign", args=[product.slug, 1, "approved"])
    assert todo.turn == "Your move since today"
    assert SIGN not in groups_of(executive)
    analyses.signed(analysis, cso, Meaning.APPROVED)
    assert SIGN not in groups_of(cso)
    assert only(executive, SIGN).sentence == "Accept risk–benefit analysis 1"
    assert SIGN not in groups_of(clinician)
    analyses.signed(analysis, executive, Meaning.AUTHORISED)
    assert SIGN not in groups_of(executive)


# --- Decisions ------------------------------------------------------------------------------------


def test_a_view_is_asked_of_who_writes_it_and_leads_to_its_page(
    product: Product, cso: User, product_manager: User, executive: User, engineer: User
) -> None:
    decision = decisions.a_decision(product, cso)
    decisions.say(decision, Side.CLINICAL, cso)
    todo = only(product_manager, ASKED)
    assert todo.sentence == f"Write the product view: {decision.reference} {decision.title}"
    page = reverse("decision_view", args=[product.slug, decision.reference, "product"])
    assert todo.url == page
    assert todo.turn == f"Your move or {engineer.name}’s since today"
    assert only(engineer, ASKED).url == page
    assert ASKED not in groups_of(cso)
    assert ASKED not in groups_of(executive), "an executive signs and writes no view"


@pytest.mark.parametrize(
    ("what", "sides", "page", "who"),
    [
        ("add options", tuple(Side), "option_new", {"cso", "engineer"}),
        ("estimate the options", (Side.CLINICAL,), "decision_detail", {"cso"}),
        ("find a third option", tuple(Side), "decision_questions", {"cso", "engineer"}),
        ("choose an option", tuple(Side), "decision_choose", {"cso", "engineer"}),
        ("answer the rejection", tuple(Side), "decision_detail", {"cso", "engineer"}),
        ("review it", tuple(Side), "decision_detail", {"cso", "engineer"}),
        ("sign", (Side.CLINICAL,), "decision_sign", {"cso"}),
        ("sign", (Side.PRODUCT,), "decision_sign", {"executive"}),
    ],
)
def test_each_step_of_a_decision_leads_to_its_page(
    product: Product, cso: User, engineer: User, executive: User,
    what: str, sides: tuple[Side, ...], page: str, who: set[str],
) -> None:  # fmt: skip
    decision = decisions.a_decision(product, cso)
    [waiting] = decisions_waiting(product)
    waiting = replace(waiting, what=what, sides=sides)
    roles = {
        "cso": Role.CLINICAL_SAFETY_OFFICER,
        "engineer": Role.CONTRIBUTOR,
        "executive": Role.ACCOUNTABLE_EXECUTIVE,
    }
    [step] = _steps(standing_of(cso, product), waiting)
    assert {name for name, role in roles.items() if role in step.roles} == who
    args = [product.slug, decision.reference]
    if page == "decision_sign":
        args.append("for_clinical" if sides == (Side.CLINICAL,) else "for_product")
    assert step.url.partition("#")[0] == reverse(page, args=args)


# --- Concerns -------------------------------------------------------------------------------------


def test_a_concern_waits_for_an_answer_and_comes_back_to_who_raised_it(
    product: Product, cso: User, clinical_product_manager: User, engineer: User,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    concern = raise_concern(product=product, by=engineer, text="Two patients share one name")
    todo = only(cso, CONCERNS)
    assert todo.sentence == "Concern: Two patients share one name"
    assert todo.url == reverse("concern_detail", args=[product.slug, concern.public_id])
    assert todo.turn.startswith(
        f"Your move or {clinical_product_manager.name}’s, waiting since today, due "
    )
    assert groups_of(engineer) == {}
    answer_concern(
        concern=concern, by=cso, outcome=ConcernOutcome.EXPLAINED, answer="We match by number"
    )
    assert CONCERNS not in groups_of(cso)
    told = only(engineer, TOLD)
    assert told.sentence == "Your concern was answered. Explained: no risk to patients"
    assert "We match by number" in told.detail
    assert told.turn == "", "news are nobody's move"
    later = timezone.now() + datetime.timedelta(days=8)
    monkeypatch.setattr("safetycase.my_work.concerns.timezone.now", lambda: later)
    assert TOLD not in groups_of(engineer)


# --- Releases -------------------------------------------------------------------------------------


def test_a_broken_glass_waits_first_and_is_told_until_its_day(
    product: Product, cso: User, clinician: User, executive: User
) -> None:
    release = gate.a_breakable_release(product, cso, clinician, executive)
    glass = gate.some_glass(release, cso)
    gate.signed_glass(glass, cso, Meaning.APPROVED)
    waiting = [each.sentence for each in groups_of(cso)[SIGN]]
    assert [each.partition(":")[0] for each in waiting] == ["Issue version 1"], "hers is given"
    assert SIGN not in groups_of(clinician)
    first = groups_of(executive)[SIGN][0]
    assert first.sentence.startswith("Authorise the release of 1.0.0 in spite of the gate, until ")
    assert first.turn == "Your move since today"
    assert first.tone == "bad"
    address = [product.slug, "1.0.0", glass.public_id]
    assert first.url == reverse("break_glass_sign", args=[*address, "authorised"])
    gate.signed_glass(glass, executive, Meaning.AUTHORISED)
    for person in (cso, executive):
        todo = only(person, GLASS)
        assert todo.tone == "warn"
        assert gate.MEASURES in todo.detail
        assert todo.url == reverse("break_glass", args=address)
    assert GLASS not in groups_of(clinician)


@pytest.mark.parametrize("days", [3, -1, -20])
def test_the_last_days_of_a_broken_glass(
    product: Product, cso: User, clinician: User, executive: User, days: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    release = gate.a_breakable_release(product, cso, clinician, executive)
    gate.broken_glass(release, cso, executive, expires_on=gate.in_days(5))
    gate.send_out(release, cso)
    today = timezone.localdate() + datetime.timedelta(days=5 - days)
    monkeypatch.setattr("django.utils.timezone.localdate", lambda *_: today)
    told = groups_of(executive).get(GLASS, [])
    if days == -20:
        assert told == []
    else:
        [todo] = told
        assert todo.tone == "bad"
        assert ("ended on" in todo.sentence) is (days < 0)


def test_a_broken_glass_that_is_not_needed_is_told_to_nobody(
    product: Product, cso: User, clinician: User, executive: User
) -> None:
    release = gate.a_breakable_release(product, cso, clinician, executive)
    gate.broken_glass(release, cso, executive)
    assert only(cso, GLASS).sentence.startswith("Release 1.0.0 goes in spite of the gate until ")
    another = gate.something_unfinished(product, cso, release, name="A parcel is lost")
    assert only(cso, GLASS).sentence.startswith("The gate blocks release 1.0.0, though it was")
    for hazard in (another, Hazard.objects.get(name="A dose is given twice")):
        words = {"description": "The robot fills a slot from two orders at once"}
        edit_hazard(hazard=hazard, by=cso, changes=words, reason="Said what happens")
    gate.an_approved_version(release, cso, clinician, executive)
    assert GLASS not in groups_of(cso), "nothing blocks it any more"
    gate.send_out(release, cso)
    assert GLASS not in groups_of(cso), "it went out without"


def test_a_release_that_was_withdrawn_goes_by_no_glass(
    product: Product, cso: User, clinician: User, executive: User
) -> None:
    release = gate.a_breakable_release(product, cso, clinician, executive)
    gate.broken_glass(release, cso, executive)
    edit_release(release=release, by=cso, changes={"state": ReleaseState.WITHDRAWN})
    assert GLASS not in groups_of(executive)


def test_a_statement_that_went_out_of_date_comes_back_to_the_officer(
    product: Product,
    cso: User,
    clinical_product_manager: User,
    clinician: User,
    executive: User,
) -> None:
    a_report_to_freeze(product, cso, executive)
    an_issued_version(product, clinical_product_manager, clinician, cso, executive)
    later = gate.a_later_release(product)
    gate.a_statement(later, cso)
    assert not [each for each in groups_of(cso).get(LAPSED, []) if "statement" in each.sentence]
    carry_feature(release=later, feature=make_feature(product), by=cso)
    [todo] = [each for each in groups_of(cso)[LAPSED] if "statement" in each.sentence]
    assert todo.url == reverse("release_statement", args=[product.slug, later.label])
    assert LAPSED not in groups_of(clinician)


# --- Order and growth -----------------------------------------------------------------------------


def test_what_is_late_comes_first_and_then_what_waits_longest(product: Product) -> None:
    today = timezone.localdate()

    def todo(sentence: str, days: int | None, tone: str = "") -> Todo:
        since = None if days is None else today - datetime.timedelta(days=days)
        return Todo(product, sentence, "/", tone=tone, since=since)

    todos = [todo("no day", None), todo("new", 1, "warn"), todo("old", 9), todo("late", 2, "bad")]
    ordered = [each.sentence for each in most_urgent_first(todos)]
    assert ordered == ["late", "old", "new", "no day"]


def test_a_long_list_of_one_kind_is_folded(
    product: Product, cso: User, client_of: ClientOf
) -> None:
    todos = [Todo(product, f"Number {number}", "/") for number in range(20)]
    group = Group("To triage", todos)
    assert (len(group.first), len(group.rest)) == (6, 14)
    assert Group("To triage", todos[:8]).rest == []
    for number in range(20):
        raise_concern(product=product, by=cso, text=f"Worry {number}")
    page = client_of(cso).get(reverse("my_work")).content.decode()
    assert "<summary>14 more</summary>" in page
    assert all(f"Concern: Worry {number}<" in page for number in range(20))


def test_more_that_waits_runs_no_more_queries(
    product: Product, cso: User, executive: User, clinical_product_manager: User,
    engineer: User, client_of: ClientOf, queries_of: QueriesOf,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr(gathering, "ASKED_AT_ONCE", 0)
    a_current_officer(product, cso, executive)
    charters.signed(charters.a_charter(product, cso), clinical_product_manager, Meaning.FOR_PRODUCT)

    def grow(count: int) -> None:
        for number in range(count):
            decisions.a_decision(product, cso, title=f"Decision {number}")
            analyses.an_analysis(analyses.a_hazard_to_weigh(product, cso), cso)
            concern = raise_concern(product=product, by=cso, text="A worry")
            answer_concern(
                concern=concern,
                by=clinical_product_manager,
                outcome=ConcernOutcome.EXPLAINED,
                answer="None",
            )
            raise_concern(product=product, by=engineer, text="Another")

    grow(2)
    browser = client_of(cso)
    browser.get(reverse("my_work"))
    few = queries_of(browser, reverse("my_work"))
    grow(3)
    assert Hazard.objects.count() == 5
    assert queries_of(browser, reverse("my_work")) == few


# --- The mail -------------------------------------------------------------------------------------


def test_the_mail_tells_what_the_page_tells(product: Product, cso: User, engineer: User) -> None:
    cso.set_password("correct horse battery")
    cso.save()
    other = make_person("Olga Officer")
    join(product, other, Role.CLINICAL_SAFETY_OFFICER)
    raise_concern(product=product, by=engineer, text="Two patients share one name")
    todo = only(cso, CONCERNS)
    send_reminders()
    [sent] = mail.outbox
    for said in (todo.sentence, todo.turn, todo.url):
        assert said in sent.body


def test_a_look_waits_for_its_owner_where_they_may_take_it_and_else_for_the_officer(
    product: Product, cso: User, clinician: User, product_manager: User
) -> None:
    feature = make_feature(product)
    hazard = a_live_hazard(product, cso)
    link_feature(hazard=hazard, feature=feature, by=cso)
    look_again = "To look at again"
    edit_hazard(hazard=hazard, by=cso, changes={"owner_id": product_manager.pk})
    edit_feature(feature=feature, by=product_manager, changes={"title": "Said anew"})
    assert look_again not in groups_of(product_manager)
    assert only(cso, look_again).sentence.startswith(f"Look at {hazard.reference}")
    edit_hazard(hazard=hazard, by=cso, changes={"owner_id": clinician.pk})
    assert look_again not in groups_of(cso)
    assert only(clinician, look_again).turn == "Your move since today"
