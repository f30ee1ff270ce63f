"""Triaging features and changes, and the clinical side's answer."""

import datetime

import pytest
from django.urls import reverse

from accounts.models import Notification, User
from audit.acts import act
from audit.errors import NotAllowed, NotPossible
from hazards.actions.features import link_feature
from hazards.actions.hazards import create_hazard
from products.actions import create_change, withdraw_change, withdraw_feature
from products.choices import Side, TrackerKind
from products.models import (
    Product,
    TrackerConnection,
    TrackerItem,
    TrackerMessage,
    TrackerSecret,
)
from reviews.actions.triage import answer_triage, answer_with_hazard, record_triage
from reviews.choices import TriageOutcome
from reviews.models import TriageCover
from reviews.rhythm.triage_comment import ticket_comment
from reviews.rhythm.triage_reading import (
    TriageState,
    reading_of,
    readings_of,
    triages_waiting,
    waits_of_triages,
)
from tests.factories import make_feature, make_product
from tests.hazards.factories import a_control, a_hazard
from tests.people import ClientOf
from tests.reviews.rhythm.making import no_hazard, triaged

NEEDS_CSO, COVERED = TriageOutcome.NEEDS_CSO, TriageOutcome.COVERED


def test_what_touches_something_waits_for_the_officer(
    product: Product, engineer: User, cso: User
) -> None:
    feature = make_feature(product)
    assert reading_of(feature).state is TriageState.UNTRIAGED
    triage = triaged(feature, engineer, touches=("results", "medicines"))
    reading = reading_of(feature)
    assert reading.state is TriageState.WAITING
    assert [each.key for each in reading.touches] == ["medicines", "results"]
    assert reading.clock is not None
    assert reading.clock.since == triage.triaged_at
    [told] = Notification.objects.filter(person=cso)
    assert "Ed Engineer asks you about FEAT-1" in told.text
    assert told.url == reading.triage_url


@pytest.mark.parametrize("outcome", [TriageOutcome.NO_EFFECT, COVERED])
def test_a_yes_is_never_less_than_a_question_to_the_officer(
    product: Product, engineer: User, outcome: TriageOutcome
) -> None:
    with pytest.raises(NotPossible, match="Any yes means at least"):
        triaged(make_feature(product), engineer, outcome, touches=("medicines",))


def test_without_a_yes_the_team_says_what_covers_it(
    product: Product, engineer: User, cso: User
) -> None:
    feature, hazard = make_feature(product), a_hazard(product, cso)
    control = a_control(hazard, cso)
    with pytest.raises(NotPossible, match="Say what covers it"):
        triaged(feature, engineer, COVERED)
    triaged(feature, engineer, COVERED, hazards=[hazard, hazard], controls=[control])
    reading = reading_of(feature)
    assert (reading.state, reading.hazards, reading.controls) == (
        TriageState.COVERED,
        [hazard],
        [control],
    )


def test_what_covers_it_is_of_the_same_product(product: Product, engineer: User, cso: User) -> None:
    elsewhere = make_product("Night Ward", "night-ward")
    hazard = create_hazard(product=product, by=cso, name="A dose is missed")
    feature = make_feature(elsewhere)
    with pytest.raises(NotPossible, match="another product"):
        record_triage(product=product, by=engineer, feature=feature, touches=(), outcome=NEEDS_CSO)
    mine = make_feature(product)
    hazard.product_id = elsewhere.pk
    with pytest.raises(NotPossible, match="another product"):
        triaged(mine, engineer, COVERED, hazards=[hazard])


def test_the_officer_answers_with_what_covers_it(
    product: Product, engineer: User, cso: User
) -> None:
    feature, hazard = make_feature(product), a_hazard(product, cso)
    triage = triaged(feature, engineer)
    answer_triage(triage=triage, by=cso, outcome=COVERED, hazards=[hazard], note="With a hold")
    reading = reading_of(feature)
    assert (reading.state, reading.word) == (TriageState.ANSWERED, "Covered")
    assert (reading.hazards, reading.clock) == ([hazard], None)
    [told] = Notification.objects.filter(person=engineer)
    assert told.text == "Clara Officer answered the triage of FEAT-1: covered"


def test_only_the_officer_answers(
    product: Product, engineer: User, clinical_product_manager: User
) -> None:
    triage = triaged(make_feature(product), engineer)
    with pytest.raises(NotAllowed):
        no_hazard(triage, clinical_product_manager)


def test_no_new_triage_takes_from_the_officer_what_is_theirs(
    product: Product, engineer: User, cso: User
) -> None:
    """A second triage with nothing ticked unasked the officer, and undid their stop."""
    feature = make_feature(product)
    triage = triaged(feature, engineer)
    with pytest.raises(NotPossible, match="FEAT-1 is with the clinical safety officer"):
        triaged(feature, engineer, TriageOutcome.NO_EFFECT)
    answer_triage(triage=triage, by=cso, outcome=TriageOutcome.STOP, note="Not like this")
    with pytest.raises(NotPossible, match="FEAT-1 is with the clinical safety officer"):
        triaged(feature, engineer, TriageOutcome.NO_EFFECT)
    no_hazard(triaged(feature, engineer, touches=()), cso)
    triaged(feature, engineer, TriageOutcome.NO_EFFECT)
    assert reading_of(feature).state is TriageState.NO_EFFECT


def test_no_hazard_needs_a_reason_and_stop_a_note(
    product: Product, engineer: User, cso: User
) -> None:
    feature = make_feature(product)
    triage = triaged(feature, engineer)
    with pytest.raises(NotPossible, match="Say why no hazard"):
        no_hazard(triage, cso, because=" ")
    with pytest.raises(NotPossible, match="Tell the team why"):
        answer_triage(triage=triage, by=cso, outcome=TriageOutcome.STOP)
    with pytest.raises(NotPossible, match="waits for your answer"):
        answer_triage(triage=triage, by=cso, outcome=NEEDS_CSO)
    no_hazard(triage, cso)
    assert reading_of(feature).word == "No hazard"
    answer_triage(triage=triage, by=cso, outcome=TriageOutcome.STOP, note="Not like this")
    assert reading_of(feature).state is TriageState.STOPPED, "the newest answer counts"


def test_the_officer_overrules_what_the_team_called_no_effect(
    product: Product, engineer: User, cso: User
) -> None:
    feature = make_feature(product)
    triage = triaged(feature, engineer, TriageOutcome.NO_EFFECT)
    assert reading_of(feature).state is TriageState.NO_EFFECT
    answer_with_hazard(triage=triage, by=cso, name="A dose is missed", harm="A relapse")
    reading = reading_of(feature)
    assert reading.outcome is COVERED
    [hazard] = reading.hazards
    assert hazard.feature_links.get().feature == feature, "it is linked to the feature"


def test_an_answer_to_a_triage_that_was_done_anew_is_refused(
    product: Product, engineer: User, cso: User
) -> None:
    feature = make_feature(product)
    before = triaged(feature, engineer)
    triaged(feature, engineer)
    with pytest.raises(NotPossible, match="triaged anew meanwhile"):
        no_hazard(before, cso)
    assert reading_of(feature).times == 2


def test_what_waits_and_how_long_it_took(product: Product, engineer: User, cso: User) -> None:
    first, second = make_feature(product), make_feature(product, "Alerts")
    change = create_change(product=product, by=engineer, title="A newer library")
    triage = triaged(first, engineer)
    triaged(change, engineer, TriageOutcome.NO_EFFECT)
    waiting = triages_waiting(product)
    assert [(each.side, each.words, each.asked_by) for each in waiting] == [
        (Side.CLINICAL, f"Answer the triage of FEAT-1 {first.title}", "Ed Engineer"),
        (Side.PRODUCT, "Triage FEAT-2 Alerts", ""),
    ]
    assert [each.subject for each in readings_of(product)] == [first, second, change]
    no_hazard(triage, cso)
    assert [each.days for each in waits_of_triages(product)] == [0]
    assert [each.side for each in triages_waiting(product)] == [Side.PRODUCT]


def test_what_left_or_was_triaged_anew_waits_no_more(
    product: Product, product_manager: User, engineer: User, cso: User
) -> None:
    again, answered = make_feature(product), make_feature(product, "Alerts")
    change = create_change(product=product, by=engineer, title="A newer library")
    for each in (again, answered, change):
        asked = triaged(each, engineer)
        if each is answered:
            no_hazard(asked, cso)
    assert len(waits_of_triages(product)) == 3
    triaged(again, engineer, TriageOutcome.STOP, note="It waits for a study")
    assert len(waits_of_triages(product)) == 2
    withdraw_change(change=change, by=product_manager, reason="Closed unmerged")
    withdraw_feature(feature=answered, by=product_manager, reason="Nobody wants it")
    assert [each.side for each in waits_of_triages(product)] == [Side.CLINICAL], "it was answered"
    assert triages_waiting(product) == []


def test_to_ask_again_starts_no_clock_anew(product: Product, engineer: User, cso: User) -> None:
    """A second triage, anybody's, read "waiting since today" and hid the days before."""
    feature = make_feature(product)
    with act(by=engineer, reason="Asked", scope=product.scope) as under_way:
        under_way.at -= datetime.timedelta(days=14)
        first = triaged(feature, engineer)
    again = triaged(feature, cso, touches=())
    clock = reading_of(feature).clock
    assert clock is not None
    assert (clock.since, clock.days, clock.is_late) == (first.triaged_at, 10, True)
    [waiting] = triages_waiting(product)
    assert (waiting.clock, waiting.asked_by) == (clock, "Ed Engineer")
    assert [each.days for each in waits_of_triages(product)] == [10]
    no_hazard(again, cso)
    assert [each.days for each in waits_of_triages(product)] == [10]
    asked_anew = triaged(feature, engineer)
    clock = reading_of(feature).clock
    assert clock is not None
    assert clock.since == asked_anew.triaged_at, "it was answered between"
    assert sorted(each.days for each in waits_of_triages(product)) == [0, 10]


def test_a_withdrawn_feature_that_was_a_control_waits_where_the_officer_looks(
    product: Product, product_manager: User, engineer: User, cso: User, client_of: ClientOf
) -> None:
    relied_on, other = make_feature(product), make_feature(product, "Alerts")
    triaged(relied_on, engineer, TriageOutcome.NO_EFFECT)
    triaged(other, engineer, touches=("control",))
    withdraw_feature(feature=other, by=product_manager, reason="No", was_a_control=False)
    assert triages_waiting(product) == []
    withdraw_feature(feature=relied_on, by=product_manager, reason="No", was_a_control=True)
    [waiting] = triages_waiting(product)
    assert waiting.words == f"Answer the triage of FEAT-1 {relied_on.title}"
    assert len(waits_of_triages(product)) == 1
    officer = client_of(cso)
    for name, args in (("triage_list", [product.slug]), ("my_work", [])):
        page = officer.get(reverse(name, args=args)).content.decode()
        assert relied_on.title in page
        assert other.title not in page
    no_hazard(relied_on.triages.get(outcome=NEEDS_CSO), cso)
    assert triages_waiting(product) == []
    assert len(waits_of_triages(product)) == 1, "it was answered"


def a_ticket(product: Product, by: User, **of: object) -> TrackerItem:
    with act(by=by, reason="Connected", scope=product.scope):
        tracker = TrackerConnection(
            product=product, kind=TrackerKind.GITHUB, name="Tickets", repository="example/pharmacy"
        )
        tracker.save()
        item = TrackerItem(connection=tracker, external_id="12", **of)
        item.save()
    TrackerSecret.objects.create(connection=tracker, api_token="encrypted", webhook_secret="x")
    return item


def test_the_answer_goes_to_the_ticket_with_the_controls_as_criteria(
    product: Product, engineer: User, cso: User
) -> None:
    feature, hazard = make_feature(product), a_hazard(product, cso)
    words = "Reissue is blocked @everyone #12 ![](https://example.org/seen.png) <!-- hidden"
    control = a_control(hazard, cso, words)
    item = a_ticket(product, cso, feature=feature)
    triage = triaged(feature, engineer)
    answer = answer_triage(triage=triage, by=cso, outcome=COVERED, hazards=[hazard], note="Both")
    message = TrackerMessage.objects.get(item=item)
    assert (message.about_kind, message.about_id) == ("triage", str(answer.pk))
    assert message.body == ticket_comment(reading_of(feature))
    assert f"- [ ] {control.reference} Reissue is blocked" in message.body
    assert "Both" in message.body
    assert "Clara Officer" in message.body
    assert "@everyone" not in message.body, "nobody is called there"
    assert "#12" not in message.body
    assert "!\\[\\](" in message.body, "no picture is made of what somebody wrote"
    assert "\\<!--" in message.body, "nothing below it is hidden"


def test_single_controls_are_the_criteria_where_they_are_named(
    product: Product, engineer: User, cso: User
) -> None:
    feature, hazard = make_feature(product), a_hazard(product, cso)
    named, other = a_control(hazard, cso, "The one"), a_control(hazard, cso, "The other")
    answer_triage(
        triage=triaged(feature, engineer),
        by=cso,
        outcome=COVERED,
        hazards=[hazard],
        controls=[named],
    )
    reading = reading_of(feature)
    assert reading.answer is not None
    reading.answer.answered_at = datetime.datetime(2026, 7, 1, 23, 30, tzinfo=datetime.UTC)
    comment = ticket_comment(reading)
    assert named.reference in comment
    assert other.reference not in comment
    assert comment.endswith(", 2 July 2026."), "the day is ours"
    assert TriageCover.objects.filter(answer__isnull=False).count() == 2


def test_triage_takes_eight_clicks_or_fewer(
    product: Product, product_manager: User, cso: User, client_of: ClientOf
) -> None:
    """One to open, six ticks and the button: the form needs nothing else."""
    feature = make_feature(product)
    browser = client_of(product_manager)
    url = reading_of(feature).triage_url
    assert browser.get(url).status_code == 200
    ticks = ["identity", "medicines", "results", "delivery", "access", "wording"]
    sent = browser.post(url, {"touches": ticks, "outcome": "needs_cso"})
    assert sent.status_code == 302
    assert len(reading_of(feature).touches) == 6
    # Nothing ticked: to open it, and one button.
    other = make_feature(product, "Wording of the imprint")
    browser.post(reading_of(other).triage_url, {"outcome": "no_effect"})
    assert reading_of(other).state is TriageState.NO_EFFECT


def test_nothing_chosen_and_nothing_ticked_is_asked_again(
    product: Product, product_manager: User, client_of: ClientOf
) -> None:
    feature = make_feature(product)
    url = reading_of(feature).triage_url
    answer = client_of(product_manager).post(url, {"note": "Only colours"})
    assert answer.status_code == 422
    assert "Say what comes of it" in answer.content.decode()
    assert "Only colours" in answer.content.decode(), "what was typed stands there"
    # Enter in a field presses no button: what is ticked goes to the officer.
    client_of(product_manager).post(url, {"touches": ["medicines"]})
    assert reading_of(feature).state is TriageState.WAITING


def test_a_refused_outcome_keeps_what_was_ticked(
    product: Product, product_manager: User, client_of: ClientOf
) -> None:
    feature = make_feature(product)
    url = reading_of(feature).triage_url
    answer = client_of(product_manager).post(
        url, {"touches": ["medicines"], "outcome": "no_effect"}
    )
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "Any yes means at least" in page
    assert 'value="medicines" checked' in page


def test_the_page_proposes_the_hazards_of_the_feature(
    product: Product, engineer: User, cso: User, client_of: ClientOf
) -> None:
    feature, hazard = make_feature(product), a_hazard(product, cso)
    control = a_control(hazard, cso)
    link_feature(hazard=hazard, feature=feature, by=cso)
    triage = triaged(feature, engineer)
    browser = client_of(cso)
    url = reading_of(feature).triage_url
    page = browser.get(url).content.decode()
    assert hazard.reference in page
    assert control.reference in page
    sent = {"triage": triage.public_id, "outcome": "covered", "named": "haz-001, nothing-1"}
    refused = browser.post(f"{url}answer/", sent)
    assert refused.status_code == 422
    assert "nothing-1 is neither a hazard nor a control" in refused.content.decode()
    sent["named"] = f"{hazard.reference} {control.reference}"
    assert browser.post(f"{url}answer/", sent).status_code == 302
    reading = reading_of(feature)
    assert (reading.hazards, reading.controls) == ([hazard], [control])


def test_an_answer_page_that_is_old_says_so(
    product: Product, engineer: User, cso: User, client_of: ClientOf
) -> None:
    feature = make_feature(product)
    before = triaged(feature, engineer)
    triaged(feature, engineer)
    sent = {"triage": before.public_id, "outcome": "no_effect", "none_because": "It only reads"}
    answer = client_of(cso).post(f"{reading_of(feature).triage_url}answer/", sent)
    assert answer.status_code == 422
    assert "triaged anew meanwhile" in answer.content.decode()
    assert "It only reads" in answer.content.decode()
