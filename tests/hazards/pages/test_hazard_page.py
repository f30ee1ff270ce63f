"""The hazard page read: what it says, to whom, and in how many queries."""

import re

import pytest
from django.test import Client

from accounts.models import User
from hazards.actions.causes import withdraw_cause
from hazards.actions.controls import link_control, set_control_state, set_new_hazards
from hazards.actions.features import link_feature
from hazards.actions.hazards import edit_hazard, keep_imported_status, withdraw_hazard
from hazards.choices import ControlState, HazardStatus, Stage
from hazards.models import Hazard
from products.models import Product
from tests.factories import make_feature
from tests.hazards.factories import (
    a_cause,
    a_control,
    a_harm,
    a_hazard,
    an_assumption,
    an_estimate,
    some_evidence,
)
from tests.hazards.pages.whole import Whole, a_whole_hazard
from tests.people import ClientOf, QueriesOf


@pytest.fixture
def whole(product: Product, cso: User) -> Whole:
    return a_whole_hazard(product, cso)


@pytest.fixture
def browser(cso: User, client_of: ClientOf) -> Client:
    return client_of(cso)


def text_of(browser: Client, address: str) -> str:
    response = browser.get(address)
    assert response.status_code == 200
    return response.content.decode()


def words_of(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def test_the_sentence_is_read_back(whole: Whole, browser: Client) -> None:
    words = words_of(text_of(browser, whole.url()))

    assert (
        "If the result arrives under another code , then a medicine is reissued without a result "
        ", so that a toxic dose goes on being taken : organ damage, possibly fatal ."
    ) in words


def test_the_sentence_says_what_it_lacks(product: Product, cso: User, browser: Client) -> None:
    hazard = a_hazard(product, cso, "NHS login fails at night")

    words = words_of(text_of(browser, f"/products/{product.slug}/hazards/{hazard.reference}/"))

    assert "If no cause is stated yet , then NHS login fails at night : no harm is stated" in words
    assert "It states no harm: say what happens to the patient." in words


def test_everything_on_it_is_on_the_page(whole: Whole, browser: Client) -> None:
    text = text_of(browser, whole.url())

    for said in (
        "HAZ-001",
        "Medicines",
        "The renewal looks at dates only.",
        "Results are matched by what was measured",
        "CTL-001",
        "Manufacturer",
        "It passed: implementation",
        "Clara Officer",
        "Major · High",
        "Major · Low",
        "provisional",
        "CTL-001 is proposed, not verified.",
        "The formulary is updated every week",
        "FEAT-1",
        "release 1.0.0",
        "As in the review",
        "Undesirable",
    ):
        assert said in text, said


def test_estimates_of_causes_stand_beside_the_worst(
    whole: Whole, product: Product, cso: User, browser: Client
) -> None:
    an_estimate(whole.hazard, cso, "Catastrophic", "High", cause=whole.cause)
    second = a_cause(whole.hazard, cso, "Nobody looks")
    an_estimate(whole.hazard, cso, "Minor", "Low", cause=second)

    text = text_of(browser, whole.url())

    assert "Catastrophic · High" in text
    assert "cause 1" in text
    assert "Minor · Low" in text
    # Both causes have one of their own, so the one of the whole hazard is superseded and kept.
    assert "1 earlier estimate" in text

    withdraw_cause(cause=whole.cause, by=cso, reason="Not one")
    assert "a cause that is no longer in the log" in text_of(browser, whole.url())


def test_a_control_on_two_causes_is_written_out_once(
    whole: Whole, cso: User, browser: Client
) -> None:
    second = a_cause(whole.hazard, cso, "Nobody looks")
    link_control(control=whole.control, hazard=whole.hazard, by=cso, causes=[whole.cause, second])

    text = text_of(browser, whole.url())

    assert text.count('id="control-CTL-001"') == 1
    assert 'href="#control-CTL-001"' in text


def test_shared_and_assessed_controls_say_so(
    whole: Whole, product: Product, cso: User, browser: Client
) -> None:
    other = a_hazard(product, cso, "Another")
    link_control(control=whole.control, hazard=other, by=cso)
    set_new_hazards(control=whole.control, by=cso, hazards=[other])

    text = words_of(text_of(browser, whole.url()))

    assert "Also protects: HAZ-002" in text
    assert "Brings: HAZ-002" in text


def test_a_status_that_does_not_fit_is_said(whole: Whole, cso: User, browser: Client) -> None:
    keep_imported_status(hazard=whole.hazard, by=cso, status=HazardStatus.CLOSED)

    assert "It is recorded as closed, which does not fit." in text_of(browser, whole.url())


def test_another_reference_leads_to_the_hazards_own_address(
    product: Product, cso: User, browser: Client
) -> None:
    hazard = a_hazard(product, cso, imported_reference="Rx-12")
    base = f"/products/{product.slug}/hazards/"

    for typed in ("Rx-12", "rx-12", "haz-001", "Haz-001"):
        response = browser.get(f"{base}{typed}/")
        assert response.status_code == 302, typed
        assert response["Location"] == f"{base}{hazard.reference}/"
    assert "Rx-12" in text_of(browser, f"{base}HAZ-001/")
    assert browser.get(f"{base}HAZ-002/").status_code == 404
    assert browser.get(f"{base}%00/").status_code == 404
    assert browser.get(f"{base}{'9' * 3000}/").status_code == 404


def test_an_own_reference_wins_over_an_imported_one(
    product: Product, cso: User, browser: Client
) -> None:
    own = a_hazard(product, cso, "Own")
    a_hazard(product, cso, "Imported", imported_reference="haz-1")
    edit_hazard(hazard=own, by=cso, changes={"family": "A"})

    assert "Own" in text_of(browser, f"/products/{product.slug}/hazards/HAZ-001/")


def test_a_withdrawn_hazard_is_read_and_not_edited(
    whole: Whole, cso: User, browser: Client
) -> None:
    withdraw_hazard(hazard=whole.hazard, by=cso, reason="A duplicate")

    text = text_of(browser, whole.url())

    assert "Withdrawn" in text
    assert "Restore" in text
    assert whole.pages["cause_add"] not in text
    refused = browser.post(whole.pages["words"], {"name": "Another name"})
    assert refused.status_code == 422
    assert "no longer in the log" in refused.content.decode()


def test_text_that_attacks_is_shown_as_text(product: Product, cso: User, browser: Client) -> None:
    attack = "<img src=x onerror=alert(1)>"
    hazard = a_hazard(
        product, cso, attack, effect=attack, description=attack, justification=attack, family=attack
    )
    a_cause(hazard, cso, attack)
    a_harm(hazard, cso, attack)
    control = a_control(
        hazard,
        cso,
        attack,
        instruction=attack,
        implementation_reference=attack,
        none_because=attack,
    )
    some_evidence(control, cso, attack)
    an_assumption(product, cso, hazard=hazard, text=attack, held_by=attack)
    an_estimate(hazard, cso, why_severity=attack, why_likelihood=attack)
    base = f"/products/{product.slug}/hazards/{hazard.reference}/"

    for address in (base, f"{base}history/", f"{base}history/recent/", f"{base}edit/words/"):
        text = text_of(browser, address)
        assert attack not in text
        assert "&lt;img src=x onerror=alert(1)&gt;" in text


def test_three_controls_and_thirty_run_the_same_queries(
    whole: Whole, product: Product, cso: User, browser: Client, queries_of: QueriesOf
) -> None:
    for number in range(2):
        _furnish(whole.hazard, cso, number)
    few = queries_of(browser, whole.url())
    for number in range(2, 30):
        _furnish(whole.hazard, cso, number)

    assert queries_of(browser, whole.url()) == few <= 30


def test_a_bare_hazard_runs_no_more_queries(
    product: Product, cso: User, browser: Client, queries_of: QueriesOf
) -> None:
    hazard = a_hazard(product, cso)

    assert queries_of(browser, f"/products/{product.slug}/hazards/{hazard.reference}/") <= 23


def _furnish(hazard: Hazard, by: User, number: int) -> None:
    cause = a_cause(hazard, by, f"Cause {number}")
    control = a_control(hazard, by, f"Control {number}", causes=[cause])
    set_control_state(control=control, by=by, state=ControlState.AGREED)
    some_evidence(control, by, f"Evidence {number}", verifier_id=by.pk)
    other = a_hazard(hazard.product, by, f"Other {number}")
    link_control(control=control, hazard=other, by=by)
    an_estimate(hazard, by, stage=Stage.RESIDUAL, cause=cause)
    link_feature(hazard=hazard, feature=make_feature(hazard.product, f"F {number}"), by=by)


def test_a_reader_sees_no_way_to_change_anything(
    whole: Whole, auditor: User, client_of: ClientOf
) -> None:
    text = text_of(client_of(auditor), whole.url())

    assert "Results are matched by what was measured" in text
    for address in whole.pages.values():
        assert f'href="{address}' not in text
    for word in (">Change<", "Estimate initial", "Set status", "Make live"):
        assert word not in text


def test_a_contributor_edits_and_neither_estimates_nor_decides(
    whole: Whole, engineer: User, client_of: ClientOf
) -> None:
    text = text_of(client_of(engineer), whole.url())

    assert whole.pages["control_add"] in text
    for word in ("Estimate initial", "Set status", "Make live"):
        assert word not in text


def test_the_history_tells_old_and_new_words(whole: Whole, cso: User, browser: Client) -> None:
    edit_hazard(
        hazard=whole.hazard,
        by=cso,
        changes={"name": "A medicine is reissued without an in-range result"},
        reason="Said what is missing",
    )

    for page in ("history/", "history/recent/"):
        text = text_of(browser, whole.url(page))
        assert "Said what is missing" in text
        assert re.search(r"<ins>.*an.*in.*range", text, re.DOTALL)
    whole_history = words_of(text_of(browser, whole.url("history/")))
    for said in ("Added a control", "Estimated the residual risk", "Raised a hazard"):
        assert said in whole_history


def test_the_history_goes_on_to_earlier_pages(whole: Whole, cso: User, browser: Client) -> None:
    for number in range(110):
        edit_hazard(hazard=whole.hazard, by=cso, changes={"family": f"Family {number}"})

    first = text_of(browser, whole.url("history/"))
    earlier = re.search(r'href="(\?before=\d+)"', first)

    assert earlier is not None
    assert "Raised a hazard" in text_of(browser, whole.url(f"history/{earlier[1]}"))
