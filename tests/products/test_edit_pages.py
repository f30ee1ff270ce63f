"""What the forms of a product save, refuse and keep."""

import datetime

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks

from accounts.models import User
from audit.tracked import history_of
from products.actions import carry_feature, edit_feature, state_intended_use
from products.choices import ReleaseState, Role
from products.models import Feature, IntendedUse, Membership, Product, Release
from products.queries import features_in, intended_use_of
from tests.factories import gate_open, make_feature, make_release
from tests.people import ClientOf


@pytest.fixture
def browser(product_manager: User, client_of: ClientOf) -> Client:
    """A browser in which the product manager is signed in."""
    return client_of(product_manager)


def at(name: str, product: Product, *rest: object) -> str:
    return reverse(name, args=[product.slug, *rest])


# --- features -------------------------------------------------------------------------------------


def test_a_feature_is_added_and_shown_in_both_voices(
    browser: Client, product: Product, product_manager: User
) -> None:
    answer = browser.post(
        at("feature_new", product),
        {
            "title": "Yearly prescription",
            "for_patients": "Nobody runs out.\r\nNobody is forgotten.",
            "for_product": "Renewals without calls.",
            "owner": product_manager.pk,
            "tracker_url": "tracker.example.org/PX-1",
        },
        follow=True,
    )
    feature = Feature.objects.get()
    assert answer.redirect_chain[0][0] == at("feature_detail", product, "FEAT-1")
    assert feature.for_patients == "Nobody runs out.\nNobody is forgotten."
    assert (feature.owner, feature.tracker_url) == (
        product_manager,
        "https://tracker.example.org/PX-1",
    )
    text = answer.content.decode()
    assert "Nobody is forgotten." in text
    assert "Renewals without calls." in text


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"title": ""}, "This cannot be empty."),
        ({"title": "x" * 100_000}, "Title: This text has 100,000 characters; 200 fit."),
        ({"title": "a\0b"}, "Title: This text holds a character that cannot be stored"),
        ({"title": "One", "reference": "FEAT-1"}, "has the reference FEAT-1"),
        ({"title": "One", "tracker_url": "javascript:alert(1)"}, "Enter a valid URL"),
        ({"title": "One", "owner": "9999"}, "Select a valid choice"),
    ],
)
def test_what_is_refused_is_said_and_kept(
    browser: Client, product: Product, typed: dict[str, str], sentence: str
) -> None:
    make_feature(product, "The first one")
    answer = browser.post(
        at("feature_new", product), {"for_patients": "What I had written", **typed}
    )
    text = answer.content.decode()
    assert answer.status_code == 422
    assert sentence in text
    assert "What I had written" in text
    assert "<title>Error: " in text
    assert Feature.objects.count() == 1


def test_markup_in_texts_is_shown_as_text(browser: Client, product: Product) -> None:
    make_feature(product, "<script>alert(1)</script>", for_patients="<b>bold</b>\n&amp;")
    for name, rest in (("feature_detail", ["FEAT-1"]), ("feature_list", [])):
        text = browser.get(at(name, product, *rest)).content.decode()
        assert "<script>alert(1)" not in text
        assert "<b>bold</b>" not in text
        assert "&lt;b&gt;bold&lt;/b&gt;" in text


def test_the_later_of_two_editors_sees_both_versions_and_goes_on(
    browser: Client, product: Product, cso: User
) -> None:
    feature = make_feature(product, for_patients="Before", for_product="Before")
    edit_feature(
        feature=feature,
        by=cso,
        changes={"for_patients": "Theirs", "title": "Their title"},
        base_version=1,
    )
    mine = {
        "title": "Yearly prescription",
        "for_patients": "Mine",
        "for_product": "Mine too",
        "reason": "My reason",
        "base_version": "1",
    }
    answer = browser.post(at("feature_edit", product, "FEAT-1"), mine)
    text = answer.content.decode()
    assert answer.status_code == 409
    assert "Clara Officer saved this while you were writing" in text
    for words in ("Before", "Theirs", "Mine", "Mine too", "Their title", "My reason"):
        assert words in text
    stored = Feature.objects.get(pk=feature.pk)
    assert (stored.for_patients, stored.for_product) == ("Theirs", "Before")

    panel = answer.context["conflict"]
    chosen = dict(answer.context["conflict_hidden_fields"])
    assert [field.name for field in panel.fields] == ["for_patients"]
    chosen["for_patients"] = panel.fields[0].mine_value
    went = browser.post(at("feature_edit", product, "FEAT-1"), chosen)
    assert went.status_code == 302
    stored.refresh_from_db()
    assert (stored.title, stored.for_patients, stored.for_product) == (
        "Their title",
        "Mine",
        "Mine too",
    )
    assert history_of(stored)[0].history_change_reason == "My reason"


def test_the_form_below_the_conflict_goes_on_from_the_merged_texts(
    browser: Client, product: Product, cso: User
) -> None:
    feature = make_feature(product, for_patients="Before")
    edit_feature(feature=feature, by=cso, changes={"for_patients": "Theirs", "title": "T2"})
    answer = browser.post(
        at("feature_edit", product, "FEAT-1"),
        {"title": "Yearly prescription", "for_patients": "Mine", "base_version": "1"},
    )
    form = answer.context["form"]
    assert form.initial["title"] == "T2"
    assert form.initial["for_patients"] == "Mine"
    assert form.initial["base_version"] == 2
    assert not form.is_bound


def test_a_conflict_over_an_owner_is_shown_by_name(
    browser: Client, product: Product, cso: User, engineer: User, clinician: User
) -> None:
    feature = make_feature(product)
    edit_feature(feature=feature, by=cso, changes={"owner_id": engineer.pk})
    answer = browser.post(
        at("feature_edit", product, "FEAT-1"),
        {"title": "Yearly prescription", "owner": str(clinician.pk), "base_version": "1"},
    )
    (field,) = answer.context["conflict"].fields
    assert (field.name, field.base, field.theirs, field.mine) == (
        "owner",
        "",
        "Ed Engineer",
        "Farah Pharmacist",
    )
    assert (field.theirs_value, field.mine_value) == (str(engineer.pk), str(clinician.pk))


def test_a_feature_is_withdrawn_and_restored_on_its_pages(
    browser: Client, product: Product
) -> None:
    make_feature(product)
    said = {"reason": "Not built", "was_a_control": "no"}
    without = browser.post(at("feature_withdraw", product, "FEAT-1"), said | {"reason": " "})
    assert without.status_code == 422
    browser.post(at("feature_withdraw", product, "FEAT-1"), said)
    assert "Withdrawn" in browser.get(at("feature_detail", product, "FEAT-1")).content.decode()
    assert "No features yet" in browser.get(at("feature_list", product)).content.decode()
    listed = browser.get(at("feature_list", product), {"state": "withdrawn"}).content.decode()
    assert "FEAT-1" in listed
    again = browser.post(at("feature_withdraw", product, "FEAT-1"), said)
    assert "withdrawn already" in again.content.decode()
    browser.post(at("feature_restore", product, "FEAT-1"), {"reason": "Built"})
    assert Feature.objects.get().is_active


def test_the_list_is_searched_filtered_and_sorted(
    browser: Client, product: Product, cso: User
) -> None:
    zebra, apple = make_feature(product, "Zebra"), make_feature(product, "Apple")
    release = make_release(product)
    carry_feature(release=release, feature=zebra, by=cso)

    def shown(**query: str) -> list[str]:
        page = browser.get(at("feature_list", product), query)
        assert page.status_code == 200
        return [feature.title for feature in page.context["page"]]

    assert shown() == [zebra.title, apple.title]
    assert shown(sort="title") == ["Apple", "Zebra"]
    assert shown(sort="nonsense") == ["Zebra", "Apple"]
    assert shown(q="app") == ["Apple"]
    assert shown(release="1.0.0") == ["Zebra"]
    assert shown(release="9.9") == []
    assert shown(page="999") == ["Zebra", "Apple"]
    facets = browser.get(at("feature_list", product), {"release": "1.0.0"}).context["facets"]
    assert [(facet.label, facet.count, facet.url, facet.is_on) for facet in facets] == [
        ("Release 1.0.0", 1, "?", True)
    ]
    too_long = browser.get(at("feature_list", product), {"q": "x" * 300})
    assert "This text has 300 characters; 200 fit." in too_long.content.decode()


# --- releases -------------------------------------------------------------------------------------


def test_a_release_is_added_and_released(browser: Client, product: Product) -> None:
    answer = browser.post(
        at("release_new", product), {"label": "1.0.0", "state": "in_work", "summary": "First"}
    )
    assert answer["Location"] == at("release_detail", product, "1.0.0")
    edit = {"state": "released", "released_on": "", "summary": "First", "base_version": "1"}
    refused = browser.post(at("release_edit", product, "1.0.0"), edit)
    assert "needs the date on which it was released" in refused.content.decode()
    tomorrow = timezone.localdate() + datetime.timedelta(days=1)
    early = browser.post(
        at("release_edit", product, "1.0.0"), edit | {"released_on": tomorrow.isoformat()}
    )
    assert "has not come yet" in early.content.decode()
    with gate_open():
        browser.post(at("release_edit", product, "1.0.0"), edit | {"released_on": "2026-03-02"})
    assert Release.objects.get().state == ReleaseState.RELEASED


def test_a_state_that_cannot_follow_is_not_offered(browser: Client, product: Product) -> None:
    make_release(product)
    form = browser.get(at("release_edit", product, "1.0.0")).context["form"]
    assert [value for value, _ in form.fields["state"].choices] == [
        "planned",
        "in_work",
        "withdrawn",
    ]
    answer = browser.post(
        at("release_edit", product, "1.0.0"), {"state": "released", "base_version": "1"}
    )
    assert answer.status_code == 422


@pytest.mark.parametrize("typed", ["31/12", "2026-13-40", "soon", "0000-00-00", "9" * 30])
def test_what_is_no_date_is_said(browser: Client, product: Product, typed: str) -> None:
    answer = browser.post(
        at("release_new", product), {"label": "1.0.0", "state": "planned", "planned_on": typed}
    )
    assert answer.status_code == 422
    assert "This is not a date. Write it like 3/5/2026." in answer.content.decode()


def test_features_are_ticked_and_what_others_ticked_stays(
    browser: Client, product: Product, cso: User
) -> None:
    release = make_release(product)
    one, two, three = (make_feature(product, title) for title in ("One", "Two", "Three"))
    carry_feature(release=release, feature=one, by=cso)
    page = browser.get(at("release_features", product, "1.0.0"))
    shown = page.context["form"].initial["shown"]
    assert shown == str(one.pk)
    carry_feature(release=release, feature=three, by=cso)
    answer = browser.post(
        at("release_features", product, "1.0.0"), {"features": [two.pk], "shown": shown}
    )
    assert answer.status_code == 302
    assert list(features_in(release)) == [two, three]


def test_what_a_release_that_is_out_carries_is_corrected_with_a_reason(
    browser: Client, product: Product
) -> None:
    make_release(product, state=ReleaseState.RELEASED, released_on=datetime.date(2026, 3, 2))
    feature = make_feature(product)
    address = at("release_features", product, "1.0.0")
    assert browser.post(address, {"features": [feature.pk]}).status_code == 422
    answer = browser.post(address, {"features": [feature.pk], "reason": "It was forgotten"})
    assert answer.status_code == 302


def test_the_order_is_changed_on_its_page(browser: Client, product: Product) -> None:
    one, two = make_release(product, "1.0"), make_release(product, "2.0")
    page = browser.get(at("release_place", product, "2.0"))
    assert page.context["form"].initial["after"] == one
    browser.post(at("release_place", product, "2.0"), {"after": "", "reason": "It came first"})
    two.refresh_from_db()
    one.refresh_from_db()
    assert two.position < one.position


# --- intended use and settings --------------------------------------------------------------------


def test_the_intended_use_is_stated_version_by_version(browser: Client, product: Product) -> None:
    address = at("intended_use_edit", product)
    first = {"purpose": "Repeat prescriptions", "reason": "First", "base_version": "0"}
    assert browser.post(address, first | {"reason": ""}).status_code == 422
    assert browser.post(address, first)["Location"] == at("intended_use", product)
    browser.post(
        address,
        {
            "purpose": "Repeat prescriptions at home",
            "reason": "Where it is used",
            "base_version": "1",
        },
    )
    assert IntendedUse.objects.count() == 2
    page = browser.get(at("intended_use", product)).content.decode()
    assert "Repeat prescriptions at home" in page
    assert "Where it is used" in page
    version = browser.get(at("intended_use_version", product, 2)).content.decode()
    assert "<ins>" in version
    older = browser.get(at("intended_use_version", product, 1)).content.decode()
    assert "not the version that holds" in older


def test_the_later_of_two_statements_sees_both(
    browser: Client, product: Product, cso: User
) -> None:
    state_intended_use(product=product, by=cso, purpose="Before", users="Adults", reason="First")
    state_intended_use(product=product, by=cso, purpose="Theirs", users="All", reason="Second")
    mine = {"purpose": "Mine", "users": "Adults", "reason": "Mine", "base_version": "1"}
    answer = browser.post(at("intended_use_edit", product), mine)
    assert answer.status_code == 409
    chosen = dict(answer.context["conflict_hidden_fields"])
    assert chosen["users"] == "All"
    went = browser.post(at("intended_use_edit", product), chosen | {"purpose": "Mine"})
    assert went.status_code == 302
    newest = intended_use_of(product)
    assert newest is not None
    assert (newest.number, newest.purpose, newest.users) == (3, "Mine", "All")


def test_a_product_is_renamed_on_its_page(browser: Client, product: Product) -> None:
    address = at("product_settings", product)
    browser.post(address, {"name": "Pharmacy", "summary": "", "base_version": "1"})
    assert Product.objects.get(pk=product.pk).name == "Pharmacy"
    assert "Pharmacy" in browser.get(at("product_history", product)).content.decode()


def test_an_administrator_adds_a_product_and_goes_on_to_its_team(
    administrator: User, client_of: ClientOf
) -> None:
    typed = {
        "name": "Night Ward",
        "slug": "night-ward",
        "organisation_name": "Example Ltd",
        "hazard_prefix": "NW",
    }
    answer = client_of(administrator).post(reverse("product_new"), typed)
    assert answer["Location"] == reverse("team", args=["night-ward"])
    again = client_of(administrator).post(reverse("product_new"), typed)
    assert again.status_code == 422
    assert "is taken already" in again.content.decode()


# --- the team -------------------------------------------------------------------------------------


def invitation(**more: str) -> dict[str, str]:
    typed = {
        "email": "nina@example.org",
        "name": "Nina Newell",
        "role": Role.CONTRIBUTOR.value,
        "starts_on": "2026-05-03",
        "reason": "Joins for testing",
    }
    return typed | more


def test_somebody_is_invited_on_the_team_page(
    product: Product,
    cso: User,
    client_of: ClientOf,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        answer = client_of(cso).post(at("team_add", product), invitation())
    assert answer["Location"] == at("team", product)
    assert "http://testserver/invitation/" in mail.outbox[0].body
    text = client_of(cso).get(at("team", product)).content.decode()
    assert "Nina Newell" in text
    assert "Withdraw the invitation" in text
    assert "/invitation/" not in text


def test_a_role_that_one_may_not_give_is_not_offered(
    product: Product, cso: User, client_of: ClientOf
) -> None:
    answer = client_of(cso).post(
        at("team_add", product), invitation(role=Role.CLINICAL_SAFETY_OFFICER.value)
    )
    assert answer.status_code == 422
    assert "Select a valid choice" in answer.content.decode()


def test_an_executive_cannot_nominate_themselves_by_their_address(
    product: Product, executive: User, client_of: ClientOf
) -> None:
    answer = client_of(executive).post(
        at("team_add", product),
        invitation(email=executive.email, role=Role.CLINICAL_SAFETY_OFFICER.value),
    )
    assert answer.status_code == 403
    assert "Nobody nominates themselves" in answer.content.decode()


def test_a_role_is_changed_and_ended_on_its_pages(
    product: Product, cso: User, engineer: User, client_of: ClientOf
) -> None:
    membership = Membership.objects.get(person=engineer)
    browser = client_of(cso)
    browser.post(
        at("membership_edit", product, membership.public_id),
        {"starts_on": "2025-01-01", "ends_on": "", "reason": "Wrong day", "base_version": "1"},
    )
    membership.refresh_from_db()
    assert membership.starts_on == datetime.date(2025, 1, 1)
    early = browser.post(
        at("membership_end", product, membership.public_id),
        {"ends_on": "2024-12-31", "reason": "Left"},
    )
    assert "before it begins" in early.content.decode()
    browser.post(
        at("membership_end", product, membership.public_id),
        {"ends_on": "2025-12-31", "reason": "Left"},
    )
    assert "Past" in browser.get(at("team", product)).content.decode()
    assert client_of(engineer).get(at("team", product)).status_code == 404


def test_invitations_are_resent_and_withdrawn_on_the_team_page(
    product: Product, cso: User, engineer: User, client_of: ClientOf
) -> None:
    membership = Membership.objects.get(person=engineer)
    browser = client_of(cso)
    for name in ("invitation_resend", "invitation_withdraw"):
        assert browser.get(at(name, product, membership.public_id)).status_code == 405
        refused = client_of(engineer).post(at(name, product, membership.public_id))
        assert refused.status_code == 403
    sent = browser.post(at("invitation_resend", product, membership.public_id), follow=True)
    assert "A new invitation is on its way" in sent.content.decode()
    gone = browser.post(at("invitation_withdraw", product, membership.public_id), follow=True)
    assert "is withdrawn" in gone.content.decode()


def test_the_team_page_says_what_is_missing(
    product: Product, cso: User, client_of: ClientOf
) -> None:
    text = client_of(cso).get(at("team", product)).content.decode()
    assert "Nobody is nominated as accountable executive." in text
    assert "Nobody has looked up Clara Officer’s registration" in text


def test_a_long_history_goes_on_page_by_page(
    cso: User, product: Product, client_of: ClientOf
) -> None:
    feature = make_feature(product)
    for number in range(130):
        edit_feature(feature=feature, by=cso, changes={"title": f"Title {number}"})
    browser = client_of(cso)
    first = browser.get(at("feature_history", product, "FEAT-1"))
    assert len(first.context["acts"]) == 100
    second = browser.get(at("feature_history", product, "FEAT-1") + first.context["more_url"])
    assert len(second.context["acts"]) == 31
    assert second.context["more_url"] == ""
    for nonsense in ("x", "-1", "1" * 50, "²"):
        page = browser.get(at("feature_history", product, "FEAT-1"), {"before": nonsense})
        assert page.status_code == 200
