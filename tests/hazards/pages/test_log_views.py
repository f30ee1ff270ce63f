"""Saved views of the hazard log: keeping one, sharing it, and whose it is."""

import pytest
from django.urls import reverse

from accounts.models import User
from audit.errors import NotAllowed, NotPossible
from audit.tracked import history_of
from hazards.actions.saved_views import edit_view, save_view, withdraw_view
from hazards.log_words import in_words, kept_query
from hazards.models import SavedView
from products.models import Product
from tests.people import ClientOf

LOG = "/products/digital-pharmacy/log/"


@pytest.fixture
def view(product: Product, cso: User) -> SavedView:
    return save_view(
        product=product, by=cso, name="Waiting for evidence", query="unverified=1", is_shared=True
    )


def test_what_the_log_shows_is_kept_under_a_name(
    product: Product, cso: User, client_of: ClientOf
) -> None:
    browser = client_of(cso)
    shown = "?residual=3&q=&page=4&sort=residual&nonsense=1&columns=owner,residual,nothing"

    page = browser.get(f"{LOG}views/new/{shown}").content.decode()
    answer = browser.post(f"{LOG}views/new/{shown}", {"name": "  Class three  "})

    assert "residual risk 3; the worst residual risk first; columns residual, owner" in page
    view = SavedView.objects.get()
    assert (view.name, view.owner, view.is_shared) == ("Class three", cso, False)
    assert view.query == "residual=3&sort=residual&columns=residual%2Cowner"
    assert answer["Location"] == f"{reverse('hazard_log', args=[product.slug])}?{view.query}"
    assert [entry.history_change_reason for entry in history_of(view)] == [
        "Saved a view of the hazard log"
    ]


def test_a_name_is_needed_and_given_once(product: Product, cso: User, view: SavedView) -> None:
    with pytest.raises(NotPossible, match="Give the view a name"):
        save_view(product=product, by=cso, name=" ", query="")
    with pytest.raises(NotPossible, match="There is a view “waiting for evidence”"):
        save_view(product=product, by=cso, name="waiting for evidence", query="")
    assert SavedView.objects.count() == 1


def test_two_people_may_use_one_name(product: Product, engineer: User, view: SavedView) -> None:
    save_view(product=product, by=engineer, name=view.name, query="mine=1")


def test_the_team_sees_what_is_shared_and_nothing_else(
    product: Product, cso: User, engineer: User, auditor: User, client_of: ClientOf, view: SavedView
) -> None:
    save_view(product=product, by=cso, name="Only for me", query="mine=1")

    for person in (engineer, auditor):
        page = client_of(person).get(f"{LOG}views/").content.decode()
        assert "Waiting for evidence" in page
        assert "by Clara Officer" in page
        assert "Only for me" not in page
        assert "Withdraw" not in page
    mine = client_of(cso).get(f"{LOG}views/").content.decode()
    assert "Only for me" in mine
    assert mine.count("Withdraw<") == 2


def test_a_view_belongs_to_who_saved_it(product: Product, engineer: User, view: SavedView) -> None:
    with pytest.raises(NotAllowed, match="is somebody else’s"):
        edit_view(view=view, by=engineer, changes={"name": "Mine now"})
    with pytest.raises(NotAllowed, match="is somebody else’s"):
        withdraw_view(view=view, by=engineer)


def test_the_officer_keeps_the_views_of_the_team_in_order(
    product: Product, cso: User, engineer: User
) -> None:
    shared = save_view(product=product, by=engineer, name="Old", query="", is_shared=True)
    own = save_view(product=product, by=engineer, name="Own", query="")

    withdraw_view(view=shared, by=cso)

    assert not SavedView.objects.get(pk=shared.pk).is_active
    with pytest.raises(NotAllowed):
        withdraw_view(view=own, by=cso)


def test_an_auditor_changes_nothing(product: Product, auditor: User) -> None:
    with pytest.raises(NotAllowed, match="save views of the hazard log"):
        save_view(product=product, by=auditor, name="Mine", query="")


def test_a_view_is_renamed_shared_and_shows_something_else(
    product: Product, cso: User, client_of: ClientOf, view: SavedView
) -> None:
    browser, url = client_of(cso), f"{LOG}views/{view.public_id}/"

    page = browser.get(f"{url}?status=open").content.decode()
    answer = browser.post(
        f"{url}?status=open",
        {"name": "Open ones", "takes_over": "on", "base_version": view.version},
    )

    assert "Let it show what the log shows now" in page
    assert answer["Location"] == f"{LOG}views/"
    changed = SavedView.objects.get(pk=view.pk)
    assert (changed.name, changed.query, changed.is_shared) == ("Open ones", "status=open", False)


def test_the_list_leads_on_with_what_the_log_showed(
    cso: User, client_of: ClientOf, view: SavedView
) -> None:
    page = client_of(cso).get(f"{LOG}views/?status=open&x=1").content.decode()
    assert f"{LOG}views/{view.public_id}/?status=open" in page


def test_two_who_rename_it_at_once_see_both_names(
    product: Product, cso: User, client_of: ClientOf, view: SavedView
) -> None:
    edit_view(view=view, by=cso, changes={"name": "Theirs"})
    posted = {"name": "Mine", "is_shared": "on", "base_version": view.version}

    answer = client_of(cso).post(f"{LOG}views/{view.public_id}/", posted)

    assert answer.status_code == 409
    text = answer.content.decode()
    assert "Theirs" in text
    assert "Mine" in text


def test_a_withdrawn_view_is_gone_from_the_menus(
    product: Product, cso: User, client_of: ClientOf, view: SavedView
) -> None:
    browser = client_of(cso)

    answer = browser.post(f"{LOG}views/{view.public_id}/withdraw/", follow=True)

    assert "is withdrawn" in answer.content.decode()
    assert "No saved views yet" in answer.content.decode()
    assert browser.get(f"{LOG}views/{view.public_id}/").status_code == 404
    with pytest.raises(NotPossible, match="was withdrawn meanwhile"):
        edit_view(view=view, by=cso, changes={"name": "Back"})


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("", "every hazard in the log"),
        ("owner=7&status=open", "status open, owner Ali Auditor"),
        ("owner=99", "owner somebody who is no longer on the team"),
        ("owner=role%3AWard+lead&q=blood+test", "owner Ward lead, says “blood test”"),
        ("residual=none&mine=1&sort=-review", "residual risk not estimated, mine; "
         "the latest review first"),
        ("sort=-residual", "every hazard in the log; the lowest residual risk first"),
        ("release=2.0&sort=-reference", "in scope of 2.0; the newest reference first"),
    ],
)  # fmt: skip
def test_an_address_is_said_in_words(query: str, words: str) -> None:
    assert in_words(query, {"7": "Ali Auditor"}) == words


def test_what_makes_no_sense_is_not_kept() -> None:
    assert kept_query({"sort": "x", "columns": "x", "residual": "", "javascript": "1"}) == ""
