"""Changes, and how far features and changes are built."""

import datetime
from itertools import product as combinations

import pytest
from django.test import Client
from django.utils import timezone

from accounts.actions import system_person
from accounts.models import User
from audit.errors import Conflict, NotAllowed, NotPossible
from products.actions import (
    create_change,
    edit_change,
    edit_release,
    restore_change,
    set_build_state,
    withdraw_change,
)
from products.choices import BuildState, ReleaseState
from products.models import Product
from products.rules import (
    BUILD_MOVES,
    next_change_reference,
    when_build_began,
    why_build_may_not_move,
)
from tests.factories import make_feature, make_person, make_product, make_release
from tests.people import ClientOf

TODAY = datetime.date(2026, 11, 23)
EARLIER, LATER = datetime.date(2026, 11, 2), datetime.date(2026, 11, 16)
PLANNED, IN_BUILD, BUILT = BuildState


@pytest.mark.parametrize(("now", "to"), list(combinations(BuildState, repeat=2)))
def test_where_something_that_is_built_may_go(now: BuildState, to: BuildState) -> None:
    allowed = {
        (PLANNED, IN_BUILD),
        (PLANNED, BUILT),
        (IN_BUILD, PLANNED),
        (IN_BUILD, BUILT),
        (BUILT, IN_BUILD),
    }
    assert set(BUILD_MOVES) == set(BuildState)
    refusal = why_build_may_not_move(now, to)
    assert (refusal is None) is (now == to or (now, to) in allowed)
    if refusal:
        assert "Nothing was changed" in refusal


def test_when_building_began() -> None:
    assert when_build_began(PLANNED, None, None, TODAY) is None
    assert when_build_began(IN_BUILD, None, None, TODAY) == TODAY
    assert when_build_began(BUILT, None, None, TODAY) == TODAY
    assert when_build_began(BUILT, EARLIER, None, TODAY) == EARLIER
    assert when_build_began(PLANNED, EARLIER, None, TODAY) == EARLIER, "work had begun"
    assert when_build_began(IN_BUILD, EARLIER, LATER, TODAY) == LATER, "somebody says it anew"


def test_references_are_given_out_in_order(product: Product, engineer: User) -> None:
    assert next_change_reference({"chg-1"}, 1) == "CHG-2"
    made = [create_change(product=product, by=engineer, title=f"Change {n}") for n in range(3)]
    assert [each.reference for each in made] == ["CHG-1", "CHG-2", "CHG-3"]


def test_a_change_is_of_the_product(product: Product, engineer: User) -> None:
    elsewhere = make_product("Night Ward", "night-ward")
    for wrong in ({"feature": make_feature(elsewhere)}, {"release": make_release(elsewhere)}):
        with pytest.raises(NotPossible, match="another product"):
            create_change(product=product, by=engineer, title="A library", **wrong)
    with pytest.raises(NotPossible, match="on the team"):
        create_change(product=product, by=engineer, title="A library", owner=make_person())


def test_no_change_is_put_on_a_release_that_went_out(
    product: Product, engineer: User, client_of: ClientOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = make_release(product, "0.9.0", state=ReleaseState.RELEASED, released_on=EARLIER)
    with pytest.raises(NotPossible, match=r"Release 0.9.0 is released, so no change"):
        create_change(product=product, by=engineer, title="A library", release=out)
    release, later = make_release(product, "1.0.0"), make_release(product, "1.1.0")
    change = create_change(product=product, by=engineer, title="A library", release=release)
    with pytest.raises(NotPossible, match=r"Release 0.9.0 is released, so no change"):
        edit_change(change=change, by=engineer, changes={"release_id": out.pk})
    home, browser = product.get_absolute_url(), client_of(engineer)
    assert offered(browser, f"{home}changes/new/") == {release.pk, later.pk}

    monkeypatch.setattr("products.going_out._asks", [])
    on = {"state": ReleaseState.IN_WORK}, {"state": ReleaseState.RELEASED, "released_on": TODAY}
    monkeypatch.setattr("django.utils.timezone.localdate", lambda: TODAY)
    withdraw_change(change=change, by=engineer, reason="Put off")
    for changes in on:
        edit_release(release=release, by=system_person(), changes=changes)
    assert offered(browser, f"{home}changes/CHG-1/edit/") == {release.pk, later.pk}, "as it is"
    edit_change(change=change, by=engineer, changes={"title": "Two libraries"})
    assert restore_change(change=change, by=engineer, reason="Wanted").release is None
    assert offered(browser, f"{home}changes/CHG-1/edit/") == {later.pk}
    sent = {"title": "A library", "release": str(out.pk)}
    refused = browser.post(f"{home}changes/new/", sent).content.decode()
    assert "A change is put on a release that is still to come" in refused


def offered(browser: Client, url: str) -> set[int]:
    """The releases that a form offers."""
    field = browser.get(url).context["form"].fields["release"]
    return {each.pk for each in field.queryset}


def test_two_people_change_one_change(product: Product, engineer: User, cso: User) -> None:
    change = create_change(product=product, by=engineer, title="A library")
    edit_change(change=change, by=cso, changes={"title": "Two libraries"}, base_version=1)
    with pytest.raises(Conflict):
        edit_change(change=change, by=engineer, changes={"title": "Three"}, base_version=1)
    with pytest.raises(ValueError, match="reference"):
        edit_change(change=change, by=cso, changes={"reference": "X"})


def test_a_change_is_withdrawn_and_comes_back(
    product: Product, engineer: User, auditor: User
) -> None:
    change = create_change(product=product, by=engineer, title="A library")
    with pytest.raises(NotPossible, match="not withdrawn"):
        restore_change(change=change, by=engineer, reason="Wanted")
    assert not withdraw_change(change=change, by=engineer, reason="Put off").is_active
    with pytest.raises(NotPossible, match="withdrawn already"):
        withdraw_change(change=change, by=engineer, reason="Put off")
    assert restore_change(change=change, by=engineer, reason="Wanted").is_active
    with pytest.raises(NotAllowed):
        withdraw_change(change=change, by=auditor, reason="Put off")


def test_building_a_feature_and_a_change(
    product: Product, product_manager: User, engineer: User
) -> None:
    feature = make_feature(product)
    tomorrow = timezone.localdate() + datetime.timedelta(days=1)
    with pytest.raises(NotPossible, match="not come yet"):
        set_build_state(feature=feature, by=product_manager, state=IN_BUILD, on=tomorrow)
    with pytest.raises(NotAllowed):
        set_build_state(feature=feature, by=engineer, state=IN_BUILD)
    built = set_build_state(feature=feature, by=product_manager, state=BUILT, on=EARLIER)
    assert (built.state, built.build_began_on) == (BUILT, EARLIER)
    with pytest.raises(NotPossible, match="can become in build"):
        set_build_state(feature=feature, by=product_manager, state=PLANNED)
    change = create_change(product=product, by=engineer, title="A library")
    begun = set_build_state(change=change, by=product_manager, state=IN_BUILD)
    assert begun.build_began_on == timezone.localdate()
    with pytest.raises(ValueError, match="a feature or a change"):
        set_build_state(by=product_manager, state=BUILT)
    with pytest.raises(ValueError, match="a feature or a change"):
        set_build_state(feature=feature, change=change, by=product_manager, state=BUILT)


def test_pages_of_changes(product: Product, product_manager: User, client_of: ClientOf) -> None:
    browser, home = client_of(product_manager), product.get_absolute_url()
    feature = make_feature(product)
    assert "No changes yet" in browser.get(f"{home}changes/").content.decode()
    offered = browser.get(f"{home}changes/new/?feature={feature.reference}").content.decode()
    assert f'<option value="{feature.pk}" selected>' in offered
    made = browser.post(f"{home}changes/new/", {"title": "A library", "feature": feature.pk})
    assert made.headers["Location"] == f"{home}changes/CHG-1/"
    page = browser.get(f"{home}changes/CHG-1/").content.decode()
    assert "Not triaged" in page
    sent = {"title": "Two libraries", "base_version": "1", "feature": feature.pk}
    assert browser.post(f"{home}changes/CHG-1/edit/", sent).status_code == 302
    conflict = browser.post(f"{home}changes/CHG-1/edit/", sent | {"title": "Three"})
    assert conflict.status_code == 409
    built = browser.post(f"{home}changes/CHG-1/build/", {"state": "in_build"})
    assert built.status_code == 302
    assert "Two libraries" in browser.get(f"{home}changes/?state=in_build").content.decode()
    assert "No change is like that" in browser.get(f"{home}changes/?state=built").content.decode()
