"""The forms of the hazard page: they save, they refuse with a sentence, they lose nothing."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from audit.models import Entry
from audit.tracked import history_of
from hazards.actions.causes import edit_cause
from hazards.actions.hazards import edit_hazard, set_status
from hazards.choices import ControlState, HazardState, HazardStatus
from hazards.models import Assumption, Cause, Control, ControlLink, Harm, Hazard
from products.models import Product
from tests.factories import make_feature
from tests.hazards.factories import (
    a_cause,
    a_control,
    a_hazard,
    a_live_hazard,
    an_estimate,
    bring_to,
)
from tests.hazards.pages.whole import Whole, a_whole_hazard
from tests.people import ClientOf

IN_PLACE = {"HX-Request": "true", "HX-Target": "slot-words"}


@pytest.fixture
def whole(product: Product, cso: User) -> Whole:
    return a_whole_hazard(product, cso)


@pytest.fixture
def browser(cso: User, client_of: ClientOf) -> Client:
    return client_of(cso)


def saves(browser: Client, address: str, **values: Any) -> None:
    response = browser.post(address, values)
    assert response.status_code == 302, response.content.decode()


def refuses(browser: Client, address: str, **values: Any) -> str:
    response = browser.post(address, values)
    assert response.status_code == 422
    text = response.content.decode()
    assert "data-problem-summary" in text
    assert "<title>Error: " in text
    return text


# --- Every form, opened and saved -----------------------------------------------------------------


def test_every_form_opens_on_its_own_page_and_in_place(whole: Whole, browser: Client) -> None:
    more = {
        name: whole.url(rest)
        for name, rest in {
            "initial": "risk/initial/",
            "residual": "risk/residual/",
            "status": "status/",
            "live": "live/",
            "withdraw": "withdraw/",
        }.items()
    }
    for name, address in (whole.pages | more).items():
        page = browser.get(address)
        assert page.status_code == 200, name
        assert "<html" in page.content.decode()
        fragment = browser.get(address, headers=IN_PLACE)
        assert fragment.status_code == 200, name
        text = fragment.content.decode()
        assert "<html" not in text
        assert 'hx-target="#slot-words"' in text
        assert fragment["HX-Push-Url"] == "false"


def test_the_hazards_own_words_are_saved(whole: Whole, cso: User, browser: Client) -> None:
    saves(
        browser,
        whole.pages["words"],
        name="A better name",
        description="Two\r\nlines",
        effect="",
        family="Triage",
        reason="Said it better",
        base_version=whole.hazard.version,
    )

    hazard = Hazard.objects.get(pk=whole.hazard.pk)
    assert (hazard.name, hazard.description, hazard.effect) == ("A better name", "Two\nlines", "")
    assert history_of(hazard)[0].history_change_reason == "Said it better"


def test_keeping_and_justification_are_saved(
    whole: Whole, cso: User, engineer: User, browser: Client
) -> None:
    saves(
        browser,
        whole.pages["keeping"],
        owner=engineer.pk,
        owner_role="Engineering lead",
        review_date=timezone.localdate().isoformat(),
        first_release=whole.release.pk,
    )
    saves(browser, whole.pages["why"], justification="Impractical", action_summary="Ask them")

    hazard = Hazard.objects.get(pk=whole.hazard.pk)
    assert (hazard.owner, hazard.first_release) == (engineer, whole.release)
    assert hazard.justification == "Impractical"


def test_an_owner_is_somebody_on_the_team(whole: Whole, stranger: User, browser: Client) -> None:
    text = refuses(browser, whole.pages["keeping"], owner=stranger.pk, owner_role="Typed text")

    assert "Typed text" in text


def test_causes_and_harms_are_added_edited_and_withdrawn(whole: Whole, browser: Client) -> None:
    saves(browser, whole.pages["cause_add"], text="A second cause", kind="fault")
    saves(browser, whole.pages["cause_edit"], text="A clearer cause", base_version=1)
    saves(browser, whole.pages["harm_add"], text="A second harm")
    saves(browser, whole.pages["harm_edit"], text="A clearer harm", base_version=1)
    assert list(Cause.objects.values_list("text", flat=True)) == [
        "A clearer cause",
        "A second cause",
    ]
    assert list(Harm.objects.values_list("text", flat=True)) == ["A clearer harm", "A second harm"]

    text = refuses(browser, whole.pages["cause_withdraw"])
    assert "This cannot be empty" in text
    saves(browser, whole.pages["cause_withdraw"], reason="Not a cause")
    saves(browser, whole.pages["harm_withdraw"], reason="Not a harm")
    assert Cause.objects.filter(is_active=True).count() == 1
    assert ControlLink.objects.get(is_active=True).cause is None  # on the whole hazard now
    assert browser.get(whole.pages["cause_edit"]).status_code == 404


def test_a_control_is_added_on_a_cause_or_on_the_whole_hazard(
    whole: Whole, engineer: User, browser: Client
) -> None:
    form = browser.get(f"{whole.pages['control_add']}?cause={whole.cause.pk}").content.decode()
    assert re.search(rf'value="cause-{whole.cause.pk}"[^>]*checked', form)

    saves(
        browser,
        whole.pages["control_add"],
        text="The renewal is blocked",
        kind="additional",
        type="design",
        strength="engineered_block",
        function="prevent",
        party="manufacturer",
        delivered_in=whole.release.pk,
        implementer=engineer.pk,
        due_on="2026-12-24",
        implementation_reference="PHARM-12",
        acts_on=[f"cause-{whole.cause.pk}", f"harm-{whole.harm.pk}"],
    )
    saves(browser, whole.pages["control_add"], text="Train everybody", kind="existing")

    blocked, trained = Control.objects.order_by("-number")[:2][::-1]
    assert blocked.implementer == engineer
    assert {(link.cause, link.harm) for link in blocked.links.all()} == {
        (whole.cause, None),
        (None, whole.harm),
    }
    assert [(link.cause, link.harm) for link in trained.links.all()] == [(None, None)]


def test_a_control_is_edited_moved_and_unlinked(whole: Whole, cso: User, browser: Client) -> None:
    saves(
        browser,
        whole.pages["control_edit"],
        text="Results are matched by their code",
        kind="additional",
        party="deployer",
        instruction="Check the list each day.",
        base_version=whole.control.version,
    )
    saves(browser, whole.pages["control_state"], state="agreed", reason="Decided on Monday")
    control = Control.objects.get(pk=whole.control.pk)
    assert (control.text, control.party) == ("Results are matched by their code", "deployer")
    assert control.state == ControlState.AGREED

    saves(browser, whole.pages["control_acts_on"], acts_on=[f"harm-{whole.harm.pk}"])
    assert ControlLink.objects.get(is_active=True).harm == whole.harm
    saves(browser, whole.pages["control_unlink"], reason="Not here")
    assert not ControlLink.objects.filter(is_active=True).exists()
    assert browser.get(whole.pages["control_edit"]).status_code == 404


def test_a_control_is_verified_only_with_evidence(whole: Whole, cso: User, browser: Client) -> None:
    bring_to(whole.control, cso, ControlState.IMPLEMENTED)

    text = refuses(browser, whole.pages["control_state"], state="verified", reason="I say so")

    assert "no passed evidence of its effectiveness" in text
    assert "I say so" in text


def test_a_step_that_is_not_offered_is_refused(whole: Whole, browser: Client) -> None:
    refuses(browser, whole.pages["control_state"], state="verified")
    refuses(browser, whole.pages["control_state"])


def test_new_hazards_are_named_or_there_are_none(
    whole: Whole, product: Product, cso: User, browser: Client
) -> None:
    other = a_hazard(product, cso, "It blocks too much", imported_reference="Rx-7")
    page = whole.pages["control_new_hazards"]

    assert "one of the two" in refuses(browser, page)
    text = refuses(browser, page, hazards="HAZ-999, nonsense")
    assert "HAZ-999, nonsense" in text
    saves(browser, page, hazards="rx-7")
    assert [link.hazard for link in whole.control.new_hazard_links.all()] == [other]
    assert "Rx-7" in browser.get(page).content.decode()
    saves(browser, page, none_because="It only informs")
    whole.control.refresh_from_db()
    assert whole.control.none_because == "It only informs"


def test_a_control_of_the_product_is_found_and_linked(
    whole: Whole, product: Product, cso: User, browser: Client
) -> None:
    other = a_hazard(product, cso, "Another")
    blocked = a_control(other, cso, "The renewal is blocked")
    a_control(other, cso, "The renewal is delayed")
    page = whole.pages["control_link"]

    assert "Choose one of the controls that fit" in refuses(browser, page, find="renewal")
    assert "No other control of this product says that" in refuses(browser, page, find="zebra")
    assert whole.control.text not in browser.get(page).content.decode()  # it acts here already
    saves(browser, page, find="ctl-002", acts_on=[f"cause-{whole.cause.pk}"])
    assert ControlLink.objects.get(control=blocked, hazard=whole.hazard).cause == whole.cause
    saves(browser, page, find="delayed", control="CTL-003")


def test_assumptions_are_added_and_broken(whole: Whole, browser: Client) -> None:
    saves(browser, whole.pages["assumption_add"], text="A fax is read each hour", held_by="Ward")
    saves(
        browser,
        whole.pages["assumption_edit"],
        text="The formulary is updated every week",
        state="broken",
        base_version=1,
    )

    assert Assumption.objects.filter(state="broken").count() == 1
    assert "An assumption is broken" in browser.get(whole.url()).content.decode()


def test_features_are_linked_and_unlinked(whole: Whole, product: Product, browser: Client) -> None:
    feature = make_feature(product, "Alerts")

    saves(browser, whole.pages["feature_link"], feature=feature.pk)
    saves(browser, whole.pages["feature_unlink"])

    page = browser.get(whole.url()).content.decode()
    assert "Alerts" in page
    assert "Yearly prescription" not in page


def test_a_hazard_is_raised_with_what_is_known(
    product: Product, cso: User, browser: Client
) -> None:
    feature = make_feature(product)
    page = reverse("hazard_new", args=[product.slug])

    response = browser.post(
        page,
        {"name": "A new one", "cause": "A cause", "harm": "A harm", "features": [feature.pk]},
    )

    hazard = Hazard.objects.get()
    assert response["Location"] == f"/products/{product.slug}/hazards/{hazard.reference}/"
    assert hazard.state == HazardState.DRAFT
    assert (hazard.causes.get().text, hazard.harms.get().text) == ("A cause", "A harm")
    assert [link.feature for link in hazard.feature_links.all()] == [feature]
    raised = Entry.objects.filter(scope=product.scope, reason="Raised a hazard")
    assert raised.count() == 4
    assert len(set(raised.values_list("act", flat=True))) == 1  # one thing that a person did

    text = refuses(browser, page, name="  ", cause="Kept text")
    assert "Kept text" in text
    assert Hazard.objects.count() == 1


def id_of_form(page: str) -> str:
    found = re.search(r'name="public_id" value="([0-9a-f-]{36})"', page)
    assert found, "the form says which hazard it raises"
    return found[1]


def test_a_form_that_is_sent_twice_raises_one_hazard(product: Product, browser: Client) -> None:
    page = reverse("hazard_new", args=[product.slug])
    first = id_of_form(browser.get(page).content.decode())
    assert id_of_form(browser.get(page).content.decode()) != first
    saves(browser, page, name="A dose is late", public_id=first)

    text = refuses(browser, page, name="A dose is late, again", public_id=first)
    assert "This form has raised HAZ-001 already" in text
    assert "A dose is late, again" in text, "nothing that was typed is lost"
    assert Hazard.objects.count() == 1
    saves(browser, page, name="Another", public_id=id_of_form(text))
    assert [each.name for each in Hazard.objects.order_by("number")] == [
        "A dose is late",
        "Another",
    ]


def test_a_form_with_another_logs_hazard_says_nothing_of_it(
    product: Product, other_product: Product, stranger: User, browser: Client
) -> None:
    theirs = a_hazard(other_product, stranger, "Of the night ward")
    page = reverse("hazard_new", args=[product.slug])
    text = refuses(browser, page, name="Ours", public_id=str(theirs.public_id))
    assert "This form was used before" in text
    assert theirs.name not in text
    assert not Hazard.objects.filter(product=product).exists()
    assert "was altered" in refuses(browser, page, name="Ours", public_id="x")


# --- State and status -----------------------------------------------------------------------------


def test_a_draft_goes_live_is_withdrawn_and_restored(
    whole: Whole, product: Product, cso: User, browser: Client
) -> None:
    saves(browser, whole.url("live/"))
    assert Hazard.objects.get(pk=whole.hazard.pk).state == HazardState.LIVE
    assert "cannot become live" in refuses(browser, whole.url("live/"))
    refuses(browser, whole.url("withdraw/"))
    saves(browser, whole.url("withdraw/"), reason="A duplicate")
    saves(browser, whole.url("restore/"))
    assert Hazard.objects.get(pk=whole.hazard.pk).state == HazardState.DRAFT

    bare = a_hazard(product, cso)
    text = refuses(browser, f"/products/{product.slug}/hazards/{bare.reference}/live/")
    assert "It states no harm" in text


def test_a_status_is_refused_with_all_that_is_missing(whole: Whole, browser: Client) -> None:
    text = refuses(browser, whole.url("status/"), status="closed", reason="We are done")

    assert "not verified yet" in text
    assert "We are done" in text
    assert Hazard.objects.get(pk=whole.hazard.pk).status == HazardStatus.OPEN


def test_a_status_that_somebody_moved_meanwhile_is_said(
    product: Product, cso: User, browser: Client
) -> None:
    hazard = a_live_hazard(product, cso)
    an_estimate(hazard, cso, "Minor", "Low")
    control = a_control(hazard, cso, party="deployer", kind="existing", instruction="Train them")
    bring_to(control, cso, ControlState.IMPLEMENTED)
    seen = Hazard.objects.get(pk=hazard.pk).version
    set_status(hazard=hazard, by=cso, status=HazardStatus.TRANSFERRED)
    page = f"/products/{product.slug}/hazards/{hazard.reference}/status/"

    text = refuses(browser, page, status="closed", reason="All is done", base_version=seen)
    assert "set the status to transferred meanwhile" in text
    [again] = re.findall(r'name="base_version" value="(\d+)"', text)
    saves(browser, page, status="closed", reason="All is done", base_version=again)
    assert Hazard.objects.get(pk=hazard.pk).status == HazardStatus.CLOSED


# --- In place -------------------------------------------------------------------------------------


def test_a_save_in_place_answers_with_every_part_anew(whole: Whole, browser: Client) -> None:
    response = browser.post(
        whole.pages["words"], {"name": "A better name", "base_version": 1}, headers=IN_PLACE
    )

    assert response.status_code == 200
    text = response.content.decode()
    parts = re.findall(r'hx-swap-oob="outerHTML:#([\w-]+):', text)
    assert len(parts) == 16
    assert "<html" not in text
    assert "a better name" in text
    # A part in which another form is open is left as it is.
    assert "hazard-words:not(:has(.slot:not(#slot-words) form))" in text
    assert "interface:announce" in response["HX-Trigger"]


def test_a_refusal_in_place_keeps_the_form_and_its_text(whole: Whole, browser: Client) -> None:
    response = browser.post(
        whole.pages["words"], {"name": "", "description": "Typed"}, headers=IN_PLACE
    )

    assert response.status_code == 422
    text = response.content.decode()
    assert "<html" not in text
    assert "Typed" in text
    assert "This cannot be empty" in text


def test_a_target_that_is_no_slot_gets_the_page(whole: Whole, browser: Client) -> None:
    for target in ("log", 'slot-x"onclick', "slot-" + "x" * 500, ""):
        response = browser.get(whole.pages["words"], headers={"HX-Target": target})
        assert "<html" in response.content.decode()


def test_signed_out_while_typing_nothing_is_saved_and_sign_in_answers(whole: Whole) -> None:
    response = Client().post(whole.pages["words"], {"name": "Lost?"}, headers=IN_PLACE)

    assert response.status_code == 302
    assert response["Location"].startswith("/accounts/login/")
    # saving.js knows the page that htmx then follows to, and leaves the form as it is.
    assert 'data-page="sign-in"' in Client().get(response["Location"]).content.decode()
    assert Hazard.objects.get(pk=whole.hazard.pk).name != "Lost?"


# --- Two people at once ---------------------------------------------------------------------------


def test_two_people_who_save_the_same_field_see_both_versions(
    whole: Whole, engineer: User, browser: Client
) -> None:
    before = whole.hazard.version
    edit_hazard(
        hazard=whole.hazard,
        by=engineer,
        changes={"name": "Their name", "family": "Their family"},
        base_version=before,
    )
    mine = {
        "name": "My name",
        "family": "Medicines",
        "description": "My description",
        "effect": whole.hazard.effect,
        "reason": "Because",
        "base_version": before,
    }

    response = browser.post(whole.pages["words"], mine)

    assert response.status_code == 409
    text = response.content.decode()
    for said in ("Their name", "My name", "My description", "Their family", "Ed Engineer"):
        assert said in text
    again = re.search(r'name="base_version" value="(\d+)"', text)
    assert again is not None
    saves(
        browser,
        whole.pages["words"],
        **(mine | {"family": "Their family", "base_version": again[1]}),
    )
    hazard = Hazard.objects.get(pk=whole.hazard.pk)
    assert (hazard.name, hazard.family) == ("My name", "Their family")
    assert hazard.description == "My description"


def test_a_conflict_in_place_is_answered_in_place(
    whole: Whole, engineer: User, browser: Client
) -> None:
    edit_cause(cause=whole.cause, by=engineer, changes={"text": "Their cause"})

    response = browser.post(
        whole.pages["cause_edit"],
        {"text": "My cause", "base_version": 1},
        headers={"HX-Request": "true", "HX-Target": f"slot-cause-{whole.cause.pk}"},
    )

    assert response.status_code == 409
    text = response.content.decode()
    assert "<html" not in text
    assert "Their cause" in text
    assert "My cause" in text


def test_two_people_who_save_different_fields_both_win(
    whole: Whole, engineer: User, browser: Client
) -> None:
    before = whole.hazard.version
    edit_hazard(hazard=whole.hazard, by=engineer, changes={"family": "Theirs"})

    saves(
        browser,
        whole.pages["words"],
        name="Mine",
        family="Medicines",
        description=whole.hazard.description,
        effect=whole.hazard.effect,
        base_version=before,
    )

    hazard = Hazard.objects.get(pk=whole.hazard.pk)
    assert (hazard.name, hazard.family) == ("Mine", "Theirs")


# --- Bad input ------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["x" * 100_000, "a\x00b"])
def test_text_that_does_not_fit_gets_a_sentence(whole: Whole, browser: Client, text: str) -> None:
    page = refuses(browser, whole.pages["words"], name="Kept name", description=text)

    assert "Kept name" in page
    assert re.search(r"100,000 characters; 10,000 fit|cannot be stored", page)


def test_numbers_and_choices_that_make_no_sense(whole: Whole, browser: Client) -> None:
    huge = "9" * 40
    refuses(browser, whole.pages["words"], name="Name", base_version="x")
    refuses(browser, whole.pages["keeping"], owner=huge, review_date="the third of May")
    refuses(browser, whole.pages["control_add"], text="T", kind="additional", party="nobody")
    refuses(browser, whole.pages["control_add"], text="T", kind="additional", acts_on=["cause-9"])
    assert browser.get(whole.url(f"causes/{huge}/")).status_code == 404
    assert browser.get(whole.url("edit/nonsense/")).status_code == 404
    assert browser.get(whole.url("risk/nonsense/")).status_code == 404
    assert browser.get(f"{whole.pages['control_add']}?cause={huge}").status_code == 200


# --- Who may --------------------------------------------------------------------------------------


def test_who_opens_and_saves_the_forms(
    whole: Whole,
    engineer: User,
    auditor: User,
    executive: User,
    administrator: User,
    stranger: User,
    client_of: ClientOf,
) -> None:
    expected = ((engineer, 200), (auditor, 403), (executive, 403), (administrator, 403))
    for person, code in (*expected, (stranger, 404)):
        browser = client_of(person)
        for name, address in whole.pages.items():
            assert browser.get(address).status_code == code, (person, name)
            if code != 200:
                assert browser.post(address, {"reason": "x"}).status_code == code, (person, name)


def test_only_the_clinical_safety_officer_decides(
    whole: Whole, engineer: User, clinician: User, client_of: ClientOf
) -> None:
    for person in (engineer, clinician):
        for rest in ("status/", "live/", "withdraw/", "restore/"):
            assert client_of(person).get(whole.url(rest)).status_code == 403
            assert client_of(person).post(whole.url(rest), {"reason": "x"}).status_code == 403


def test_things_of_another_hazard_or_product_are_not_found(
    whole: Whole, product: Product, cso: User, browser: Client
) -> None:
    other = a_hazard(product, cso, "Another")
    cause, control = a_cause(other, cso), a_control(other, cso)

    assert browser.get(whole.url(f"causes/{cause.pk}/")).status_code == 404
    assert browser.get(whole.url(f"controls/{control.reference}/")).status_code == 404
    for rest in ("evidence/99999/", "assumptions/99999/", "harms/99999/", "features/X/unlink/"):
        assert browser.get(whole.url(rest)).status_code == 404


@pytest.mark.parametrize(
    ("day", "said"),
    [("9999-12-31", "years ahead"), ("0001-01-01", "day is past"), ("2020-05-03", "day is past")],
)
def test_a_next_review_is_still_to_come(whole: Whole, browser: Client, day: str, said: str) -> None:
    assert said in refuses(browser, whole.pages["keeping"], review_date=day)


def test_a_review_that_is_overdue_hinders_no_other_change(
    whole: Whole, cso: User, browser: Client
) -> None:
    past = timezone.localdate() - timedelta(days=9)
    edit_hazard(hazard=whole.hazard, by=cso, changes={"review_date": past})
    saves(browser, whole.pages["keeping"], review_date=past.isoformat(), owner_role="Ward lead")
