"""Merging two hazards, and splitting one: what comes over, what stays, what leads where."""

from typing import Any

import pytest
from django.urls import reverse

from accounts.models import User
from audit.errors import NotAllowed, NotPossible
from audit.models import Entry
from hazards.actions.controls import link_control, set_new_hazards, unlink_control
from hazards.actions.features import link_feature
from hazards.actions.hazards import edit_hazard, restore_hazard, withdraw_hazard
from hazards.actions.merging import merge_hazards
from hazards.actions.splitting import split_hazard
from hazards.actions.undoing import undo_act
from hazards.choices import HazardState, Stage
from hazards.models import Cause, Control, ControlLink, Harm, Hazard, HazardFeature, NewHazardLink
from hazards.origins import final_survivor, origins_of
from products.models import Product
from tests.factories import make_feature
from tests.hazards.factories import a_cause, a_control, a_harm, a_hazard, a_live_hazard, an_estimate
from tests.people import ClientOf, QueriesOf


@pytest.fixture
def stays(product: Product, cso: User) -> Hazard:
    return a_live_hazard(product, cso, name="The one that stays", family="Medicines")


@pytest.fixture
def goes(product: Product, cso: User) -> Hazard:
    return a_hazard(product, cso, "The one that goes")


def causes_of(hazard: Hazard) -> list[str]:
    return list(Cause.objects.filter(hazard=hazard, is_active=True).values_list("text", flat=True))


def harms_of(hazard: Hazard) -> list[str]:
    return list(Harm.objects.filter(hazard=hazard, is_active=True).values_list("text", flat=True))


def protection_of(hazard: Hazard) -> set[tuple[str, str]]:
    links = ControlLink.objects.filter(hazard=hazard, is_active=True)
    return {
        (
            link.control.text,
            link.cause.text if link.cause else link.harm.text if link.harm else "whole",
        )
        for link in links.select_related("control", "cause", "harm")
    }


# --- Merging --------------------------------------------------------------------------------------


def test_what_is_on_the_merged_one_comes_over(
    product: Product, cso: User, stays: Hazard, goes: Hazard
) -> None:
    same = a_cause(stays, cso, "Nobody reviews it")
    a_cause(goes, cso, "nobody reviews it.")
    alone = a_cause(goes, cso, "The list is stale", kind="fault")
    harm = a_harm(goes, cso, "The patient falls")
    shared = a_control(stays, cso, "Shared", causes=[same])
    link_control(control=shared, hazard=goes, by=cso, causes=[alone])
    a_control(goes, cso, "On a harm", harms=[harm])
    a_control(goes, cso, "On the whole")
    brings = a_control(stays, cso, "Brings it")
    unlink_control(control=brings, hazard=stays, by=cso, reason="Elsewhere")
    link_control(control=brings, hazard=a_hazard(product, cso, "Third"), by=cso)
    set_new_hazards(control=brings, by=cso, hazards=[goes])
    link_feature(hazard=goes, feature=make_feature(product), by=cso)
    estimate = an_estimate(goes, cso)
    newest = Entry.objects.order_by("-pk")[0].pk
    merge_hazards(survivor=stays, merged=goes, by=cso, reason="The same twice")
    assert len(set(Entry.objects.filter(pk__gt=newest).values_list("act", flat=True))) == 1
    assert causes_of(stays) == ["Nobody reviews it", "The list is stale"]
    assert harms_of(stays) == ["The patient bleeds", "The patient falls"]
    assert protection_of(stays) == {
        ("Shared", "Nobody reviews it"),
        ("Shared", "The list is stale"),
        ("On a harm", "The patient falls"),
        ("On the whole", "whole"),
    }
    goes.refresh_from_db()
    assert (goes.state, goes.merged_into) == (HazardState.MERGED, stays)
    assert protection_of(goes) == set()
    assert goes.worst_initial == estimate
    assert HazardFeature.objects.get(is_active=True).hazard == stays
    assert NewHazardLink.objects.get(is_active=True).hazard == stays
    assert (stays.content_version, goes.content_version) != (1, 1)


def test_what_is_left_behind_leaves_its_control_on_the_whole(
    cso: User, stays: Hazard, goes: Hazard
) -> None:
    left, kept = a_cause(goes, cso, "Wrong"), a_cause(goes, cso, "Right")
    a_control(goes, cso, "One", causes=[left])
    a_control(goes, cso, "Two", causes=[left, kept])
    merge_hazards(survivor=stays, merged=goes, by=cso, reason="The same", leave=[left])
    assert causes_of(stays) == ["Right"]
    assert protection_of(stays) == {("One", "whole"), ("Two", "Right")}


def test_who_may_merge_what(
    product: Product, other_product: Product, cso: User, engineer: User, stranger: User,
    stays: Hazard, goes: Hazard,
) -> None:  # fmt: skip
    with pytest.raises(NotAllowed):
        merge_hazards(survivor=stays, merged=goes, by=engineer, reason="The same")
    with pytest.raises(NotPossible, match="into itself"):
        merge_hazards(survivor=stays, merged=stays, by=cso, reason="The same")
    theirs = a_hazard(other_product, stranger)
    with pytest.raises(NotPossible, match="two products"):
        merge_hazards(survivor=stays, merged=theirs, by=cso, reason="The same")
    withdraw_hazard(hazard=goes, by=cso, reason="Raised twice")
    with pytest.raises(NotPossible, match="no longer in the log"):
        merge_hazards(survivor=stays, merged=goes, by=cso, reason="The same")


def test_a_merge_is_not_undone(product: Product, cso: User, stays: Hazard, goes: Hazard) -> None:
    merge_hazards(survivor=stays, merged=goes, by=cso, reason="The same")
    newest = Entry.objects.order_by("-pk")[0]
    with pytest.raises(NotPossible, match="merged hazards"):
        undo_act(product=product, act=newest.act, by=cso)


def test_the_address_of_a_merged_hazard_leads_to_the_last_survivor(
    product: Product, cso: User, stays: Hazard, goes: Hazard, client_of: ClientOf
) -> None:
    last = a_hazard(product, cso, "The last one")
    merge_hazards(survivor=stays, merged=goes, by=cso, reason="The same")
    merge_hazards(survivor=last, merged=stays, by=cso, reason="The same")
    client = client_of(cso)
    answer = client.get(reverse("hazard_detail", args=[product.slug, goes.reference]))
    target = reverse("hazard_detail", args=[product.slug, last.reference])
    assert answer["Location"] == f"{target}?merged={goes.reference}"
    page = client.get(f"{target}?merged={stays.reference}").content.decode()
    assert f"{stays.reference} was merged into this hazard" in page
    own = reverse("hazard_detail", args=[product.slug, stays.reference])
    as_it_was = client.get(f"{own}?as=merged").content.decode()
    assert "Merged into" in as_it_was
    assert "It took in" in as_it_was
    goes.refresh_from_db()
    assert final_survivor(goes) == last


# --- Splitting ------------------------------------------------------------------------------------


def test_causes_become_a_hazard_of_their_own(product: Product, cso: User, stays: Hazard) -> None:
    moving, staying = a_cause(stays, cso, "Goes"), a_cause(stays, cso, "Stays")
    harm = Harm.objects.get(hazard=stays)
    a_control(stays, cso, "With it", causes=[moving])
    a_control(stays, cso, "On both", causes=[moving, staying])
    also = a_control(stays, cso, "Also")
    a_control(stays, cso, "Not this")
    link_feature(hazard=stays, feature=make_feature(product), by=cso)
    voices = {"for_patients": "You may bleed", "for_product": "A recall of the batch"}
    stays = edit_hazard(hazard=stays, by=cso, changes=voices)
    an_estimate(stays, cso, "Minor", "Low")
    an_estimate(stays, cso, "Catastrophic", "High", cause=moving)
    new = split_hazard(
        hazard=stays,
        by=cso,
        name="A hazard of its own",
        causes=[moving],
        harms=[harm],
        controls=[also],
        reason="Two in one",
    )
    stays.refresh_from_db()
    assert (new.state, new.split_from, new.family) == (HazardState.DRAFT, stays, "Medicines")
    assert (new.for_patients, new.for_product) == (stays.for_patients, stays.for_product)
    assert new.for_product == "A recall of the batch"
    assert (causes_of(new), causes_of(stays)) == (["Goes"], ["Stays"])
    assert harms_of(new) == harms_of(stays) == ["The patient bleeds"]
    assert protection_of(new) == {("With it", "Goes"), ("On both", "Goes"), ("Also", "whole")}
    assert protection_of(stays) == {("On both", "Stays"), ("Also", "whole"), ("Not this", "whole")}
    assert HazardFeature.objects.filter(hazard=new, is_active=True).count() == 1
    assert stays.worst_initial is not None
    assert stays.worst_initial.severity.word == "Minor"
    assert [words for words, _ in origins_of(new).links] == ["Split from"]
    assert [words for words, _ in origins_of(stays).links] == ["Split off"]


def test_who_may_split_what(product: Product, cso: User, engineer: User, stays: Hazard) -> None:
    cause, last = a_cause(stays, cso), a_cause(stays, cso, "Stays")
    other = a_hazard(product, cso, "Other")
    theirs, control = a_cause(other, cso), a_control(other, cso)
    with pytest.raises(NotAllowed):
        split_hazard(hazard=stays, by=engineer, name="X", causes=[cause], reason="Two")
    values: dict[str, Any] = {
        "hazard": stays, "by": cso, "name": "X", "causes": [cause], "reason": "Two",
    }  # fmt: skip
    wrong: dict[str, dict[str, Any]] = {
        "at least one cause": {"causes": []},
        "a name": {"name": " "},
        "no longer in this hazard": {"causes": [theirs]},
        "At least one cause stays": {"causes": [cause, last]},
        "does not act on": {"controls": [control]},
        "Say why": {"reason": " "},
    }
    for sentence, instead in wrong.items():
        with pytest.raises(NotPossible, match=sentence):
            split_hazard(**(values | instead))
    assert Hazard.objects.count() == 2


def test_what_was_merged_or_withdrawn_meanwhile_says_where_to_go(
    product: Product, cso: User, engineer: User, stays: Hazard, goes: Hazard, client_of: ClientOf
) -> None:
    page = reverse("hazard_edit", args=[product.slug, goes.reference, "words"])
    client = client_of(engineer)
    withdraw_hazard(hazard=goes, by=cso, reason="Not ours")
    for person, who in ((engineer, "Ask a clinical safety officer"), (cso, "Restore it first")):
        with pytest.raises(NotPossible, match=who):
            edit_hazard(hazard=goes, by=person, changes={"name": "Otherwise"})
    answer = client.get(page, follow=True)
    assert "Ask a clinical safety officer" in answer.content.decode()
    assert answer.redirect_chain[-1][0].endswith(f"/{goes.reference}/")
    goes.refresh_from_db()
    restore_hazard(hazard=goes, by=cso, reason="Ours")
    merge_hazards(survivor=stays, merged=goes, by=cso, reason="The same")
    said = f"was merged into {stays.reference}, which cannot be taken back"
    with pytest.raises(NotPossible, match=said):
        edit_hazard(hazard=goes, by=engineer, changes={"name": "Otherwise"})
    in_place = client.get(page, headers={"HX-Request": "true", "HX-Target": "slot-words"})
    assert said in in_place.content.decode()
    assert "<form" not in in_place.content.decode()
    split = reverse("hazard_split", args=[product.slug, goes.reference])
    assert said in client_of(cso).get(split, follow=True).content.decode()


# --- Pages ----------------------------------------------------------------------------------------


def test_two_hazards_are_compared_and_merged_in_the_browser(
    product: Product, cso: User, stays: Hazard, goes: Hazard, client_of: ClientOf
) -> None:
    wrong, right = a_cause(goes, cso, "Wrong <cause>"), a_cause(goes, cso, "Right")
    client = client_of(cso)
    choose = reverse("hazard_merge", args=[product.slug, goes.reference])
    for problem in ("HAZ-999", goes.reference, ""):
        assert client.post(choose, {"into": problem}).status_code == 422
    compare = client.post(choose, {"into": stays.reference.lower()})["Location"]
    page = client.get(compare).content.decode()
    assert "cannot be taken back" in page
    assert "Wrong &lt;cause&gt;" in page
    added = a_cause(goes, cso, "Added since")
    shown = f"cause-{wrong.pk},cause-{right.pk}"
    sent = {"bring": [f"cause-{right.pk}"], "shown": shown}
    assert client.post(compare, sent).status_code == 422
    answer = client.post(compare, sent | {"reason": "The same"})
    assert answer["Location"] == reverse("hazard_detail", args=[product.slug, stays.reference])
    assert causes_of(stays) == ["Right", added.text]


def test_a_hazard_is_split_in_the_browser(
    product: Product, cso: User, stays: Hazard, client_of: ClientOf
) -> None:
    cause, harm = a_cause(stays, cso), Harm.objects.get(hazard=stays)
    a_cause(stays, cso, "Stays")
    control = a_control(stays, cso)
    client, page = client_of(cso), reverse("hazard_split", args=[product.slug, stays.reference])
    assert client.post(page, {"name": "X", "reason": "Two"}).status_code == 422
    sent = {
        "name": "Its own",
        "causes": [cause.pk],
        "harms": [harm.pk],
        "controls": [control.reference],
        "reason": "Two",
    }
    stays = edit_hazard(
        hazard=stays,
        by=cso,
        changes={"for_patients": "You may bleed", "for_product": "Calls to the help desk"},
    )
    asked = client.get(page).context["form"]
    assert asked["for_patients"].value() == "You may bleed"
    answer = client.post(page, sent | {"for_patients": "Your blood", "for_product": ""})
    new = Hazard.objects.get(name="Its own")
    assert (new.for_patients, new.for_product) == ("Your blood", "")
    assert answer["Location"].endswith(f"/{new.reference}/")
    assert protection_of(new) == {(control.text, "whole")}


def test_the_comparison_asks_as_much_for_many_as_for_few(
    product: Product, cso: User, stays: Hazard, goes: Hazard,
    client_of: ClientOf, queries_of: QueriesOf,
) -> None:  # fmt: skip
    client, counts = client_of(cso), []
    page = reverse("hazard_merge_into", args=[product.slug, goes.reference, stays.reference])
    for more in (2, 8):
        for number in range(more):
            cause = a_cause(goes, cso, f"{more} {number}")
            a_control(goes, cso, f"{more} {number}", causes=[cause])
            an_estimate(goes, cso, cause=cause, stage=Stage.RESIDUAL)
        client.get(page)
        counts.append(queries_of(client, page))
    assert counts[0] == counts[1]
    assert Control.objects.count() == 10
