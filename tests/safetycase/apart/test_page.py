"""Where are we apart?: what the page finds, and what it says where nothing is apart."""

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from audit.acts import act
from products.choices import BuildState, Role, Side
from products.models import Feature, Product
from reviews.actions.triage import answer_triage, record_triage
from reviews.choices import TriageOutcome, WorkshopKind
from reviews.meetings.agenda_parts import Stretch, decisions_to_make
from reviews.models import Attendance, Decision, Dissent, Question, Story, Workshop, WorkshopFeature
from reviews.rhythm.first_looks import first_looks
from safetycase.apart.reading import figures_of, gaps_of
from tests.factories import make_feature
from tests.people import ClientOf, QueriesOf
from tests.reviews.decisions.factories import a_decision, a_row, an_option, does
from tests.reviews.factories import a_hazard_to_accept


@pytest.fixture
def feature(product: Product) -> Feature:
    return make_feature(product)


def begin_build(feature: Feature, by: User, on: datetime.date | None = None) -> Feature:
    with act(by=by, reason="Its build began", scope=feature.product.scope):
        feature.refresh_from_db()
        feature.state = BuildState.IN_BUILD
        feature.build_began_on = on or timezone.localdate()
        feature.save()
    return feature


def triage(feature: Feature, by: User) -> None:
    record_triage(
        product=feature.product,
        by=by,
        feature=feature,
        touches=(),
        outcome=TriageOutcome.NEEDS_CSO,
        note="Somebody should look",
    )


def looked(product: Product) -> dict[str, datetime.date | None]:
    return {each.feature.reference: each.looked_on for each in first_looks(product)}


def rows_of(product: Product) -> dict[str, list[str]]:
    return {gap.title: [row.words for row in gap.rows] for gap in gaps_of(product) if gap.rows}


# --- The first clinical look ----------------------------------------------------------------------


def test_a_triage_by_a_product_manager_is_no_clinical_look(
    feature: Feature, product_manager: User, cso: User
) -> None:
    triage(feature, product_manager)
    assert looked(feature.product) == {feature.reference: None}
    answer_triage(
        triage=feature.triages.get(),
        by=cso,
        outcome=TriageOutcome.NO_EFFECT,
        none_because="It changes a colour",
    )
    assert looked(feature.product) == {feature.reference: timezone.localdate()}


@pytest.mark.parametrize("who", ["clinician", "clinical_product_manager"])
def test_a_triage_by_somebody_of_the_clinical_side_is_one(
    feature: Feature, who: str, request: pytest.FixtureRequest
) -> None:
    triage(feature, request.getfixturevalue(who))
    assert looked(feature.product) == {feature.reference: timezone.localdate()}


@pytest.mark.parametrize(
    ("role", "counts"), [(Role.CLINICIAN, True), (Role.CONTRIBUTOR, False)], ids=str
)
def test_a_session_counts_where_a_clinician_took_part(
    feature: Feature, cso: User, role: Role, counts: bool
) -> None:
    held = timezone.localdate() - datetime.timedelta(days=30)
    with act(by=cso, reason="Held a session", scope=feature.product.scope):
        workshop = Workshop(
            product=feature.product,
            number=1,
            kind=WorkshopKind.KICK_OFF,
            title="Kick-off",
            held_on=held,
        )
        workshop.save()
        WorkshopFeature(workshop=workshop, feature=feature).save()
        Attendance(workshop=workshop, name="Farah", role=role).save()
    assert looked(feature.product) == {feature.reference: held if counts else None}


# --- The page -------------------------------------------------------------------------------------


def test_a_product_where_nobody_is_apart_says_so(
    product: Product, cso: User, client_of: ClientOf
) -> None:
    page = client_of(cso).get(reverse("apart", args=[product.slug]))
    assert rows_of(product) == {}
    for gap in gaps_of(product):
        assert gap.nothing in page.content.decode()
    assert [bars.figure.figure for bars in figures_of(product)] == ["–"] * 4


def test_each_way_of_being_apart_is_found(
    feature: Feature, cso: User, product_manager: User
) -> None:
    product = feature.product
    begin_build(feature, product_manager)
    triage(feature, product_manager)
    with act(by=cso, reason="Came apart", scope=product.scope) as under_way:
        when = {"asked_at": under_way.at, "asked_by": cso}
        Question(
            product=product,
            about_kind="feature",
            about_id=str(feature.public_id),
            about_label=feature.reference,
            to_side=Side.PRODUCT,
            text="How many patients?",
            **when,
        ).save()
        decision = Decision(
            product=product,
            number=1,
            reference="DEC-1",
            title="How long",
            question="How long does a repeat last?",
            clinical_view="A month",
            views_differ=True,
        )
        decision.save()
        Dissent(
            decision=decision,
            side=Side.CLINICAL,
            text="Too long",
            recorded_at=under_way.at,
            recorded_by=cso,
        ).save()
        Story(product=product, title="Make it faster").save()
    found = rows_of(product)
    name = f"{feature.reference} {feature.title}"
    assert found["Decisions in which the views differ"] == ["DEC-1 How long"]
    assert len(found["Questions that wait for the other side"]) == 2
    assert found["Features in build that the clinical side has not seen"] == [name]
    assert found["Dissent that stands"] == ["DEC-1 How long"]
    assert found["Stories without a clinical reason"] == ["Make it faster"]
    share, clinical, of_product, released = (bars.figure.figure for bars in figures_of(product))
    assert (share, clinical, of_product, released) == ("0 %", "0 days", "0 days", "–")


def test_a_decision_says_which_side_has_not_spoken(product: Product, cso: User) -> None:
    with act(by=cso, reason="Began", scope=product.scope):
        Decision(
            product=product,
            number=1,
            reference="DEC-1",
            title="How long",
            question="How long?",
            product_view="A year",
            views_differ=True,
        ).save()
    assert [row.mark for row in gaps_of(product)[0].rows] == ["the clinical side has not spoken"]


def test_views_that_only_the_estimates_show_apart_are_told_like_those_that_somebody_ticked(
    product: Product, cso: User, clinician: User
) -> None:
    decision = a_decision(product, cso)
    rows = [a_row(decision, cso, a_hazard_to_accept(product, clinician)) for _ in range(2)]
    for side, worse in zip(Side, rows, strict=True):
        option = an_option(decision, cso, f"As the {side} side wants it", side=side)
        for row in rows:
            does(option, row, cso, likelihood="Very high" if row is worse else "Low")
    assert rows_of(product)["Decisions in which the views differ"] == ["DEC-1 Repeat prescriptions"]
    stretch = Stretch(timezone.now(), timezone.localdate(), timezone.localdate(), 0)
    [item] = decisions_to_make(product, stretch)
    assert item.detail == "The views stand against each other"


def test_ten_of_each_run_the_queries_of_two(
    product: Product, cso: User, product_manager: User, client_of: ClientOf, queries_of: QueriesOf
) -> None:
    browser, page = client_of(cso), reverse("apart", args=[product.slug])

    def grow(count: int) -> None:
        for _ in range(count):
            feature = begin_build(make_feature(product), product_manager)
            triage(feature, product_manager)

    grow(2)
    browser.get(page)
    few = queries_of(browser, page)
    grow(8)
    assert queries_of(browser, page) == few
    assert few <= 45
