"""Requests that lie or make no sense: each gets a sentence or 404, never an error of ours."""

from typing import Any

import pytest
from django.urls import reverse

from accounts.models import User
from hazards.actions.controls import link_control
from hazards.actions.hazards import withdraw_hazard
from hazards.forms.fields import REFERENCES_LIMIT
from hazards.models import Assumption, Control, Evidence, Hazard
from products.models import Product
from tests.factories import make_feature, make_release
from tests.hazards.factories import (
    a_cause,
    a_control,
    a_live_hazard,
    an_assumption,
    some_evidence,
)
from tests.people import ClientOf

LONGER_THAN_ANY_KEY = "9" * 25
LONGER_THAN_PYTHON_READS = "9" * 5_000


ADDRESSES = (
    "features/{}/",
    "features/{}/edit/",
    "features/{}/hazards/link/",
    "releases/{}/",
    "releases/{}/features/",
    "hazards/{}/",
    "hazards/{}/review/",
    "hazards/HAZ-001/controls/{}/",
    "hazards/HAZ-001/features/{}/unlink/",
    "hazards/?release={}",
    "hazards/?q={}",
    "features/?release={}",
    "features/?q={}",
)


@pytest.mark.parametrize("part", ["%00", "x%00y", "x" * 5_000, "%ED%A0%80", "..%2f", "😀"])
def test_what_no_reference_can_be_is_not_found(
    product: Product, cso: User, client_of: ClientOf, part: str
) -> None:
    a_live_hazard(product, cso)
    client = client_of(cso)
    for address in ADDRESSES:
        answer = client.get(f"/products/{product.slug}/{address.format(part)}")
        assert answer.status_code == (200 if "?" in address else 404), address


@pytest.mark.parametrize("key", [LONGER_THAN_ANY_KEY, LONGER_THAN_PYTHON_READS, "-1", "x", "²"])
def test_keys_that_are_none_are_refused(
    product: Product, cso: User, client_of: ClientOf, key: str
) -> None:
    make_feature(product)
    release = make_release(product)
    client = client_of(cso)
    raised = client.post(reverse("hazard_new", args=[product.slug]), {"name": "N", "features": key})
    assert raised.status_code == 422
    carried = reverse("release_features", args=[product.slug, release.label])
    assert client.post(carried, {"features": key, "shown": ""}).status_code == 422
    assert client.post(carried, {"shown": f"{key},{key}"}).status_code in (302, 422)


def test_only_so_many_references_are_looked_for_in_one_go(
    product: Product, cso: User, client_of: ClientOf
) -> None:
    """Twenty thousand of them kept a server busy for half a minute."""
    feature = make_feature(product)
    hazard = a_live_hazard(product, cso)
    control = a_control(hazard, cso)
    evidence = some_evidence(control, cso)
    many = " ".join(f"Z{number}" for number in range(REFERENCES_LIMIT))
    client = client_of(cso)
    for name, arguments, field in (
        ("feature_hazards_link", [feature.reference], "hazards"),
        ("control_new_hazards", [hazard.reference, control.reference], "hazards"),
        ("evidence_link", [hazard.reference, evidence.pk], "control"),
    ):
        answer = client.post(reverse(name, args=[product.slug, *arguments]), {field: many})
        assert answer.status_code == 422
        assert f"{REFERENCES_LIMIT:,} fit" in answer.content.decode()


# --- A withdrawn hazard is kept as it was ---------------------------------------------------------


@pytest.fixture
def withdrawn(product: Product, cso: User) -> Hazard:
    hazard = a_live_hazard(product, cso)
    some_evidence(a_control(hazard, cso, causes=[a_cause(hazard, cso)]), cso)
    an_assumption(product, cso, hazard=hazard)
    return withdraw_hazard(hazard=hazard, by=cso, reason="Told twice")


@pytest.mark.parametrize(
    ("name", "form"),
    [
        ("control_edit", {"text": "Other words", "kind": "additional"}),
        ("control_state", {"state": "agreed"}),
        ("control_new_hazards", {"none_because": "None"}),
        ("evidence_add", {"title": "More", "state": "planned"}),
        ("evidence_edit", {"title": "Other", "state": "planned"}),
        ("evidence_withdraw", {"reason": "Gone"}),
        ("assumption_edit", {"text": "Other", "state": "broken"}),
    ],
)
def test_nothing_on_a_withdrawn_hazard_is_changed(
    withdrawn: Hazard,
    product: Product,
    engineer: User,
    client_of: ClientOf,
    name: str,
    form: dict[str, Any],
) -> None:
    control = Control.objects.get().reference
    parts = {
        "control": control,
        "evidence": control if name == "evidence_add" else Evidence.objects.get().pk,
        "assumption": Assumption.objects.get().pk,
    }
    part = parts[name.split("_")[0]]
    version = Hazard.objects.get().content_version
    answer = client_of(engineer).post(
        reverse(name, args=[product.slug, withdrawn.reference, part]), form
    )
    assert answer.status_code == 422
    assert "no longer in the log" in answer.content.decode()
    assert Hazard.objects.get().content_version == version


def test_a_control_that_protects_a_hazard_in_the_log_too_is_changed(
    withdrawn: Hazard, product: Product, cso: User, client_of: ClientOf
) -> None:
    control = Control.objects.get()
    link_control(control=control, hazard=a_live_hazard(product, cso), by=cso)
    address = reverse("control_state", args=[product.slug, withdrawn.reference, control.reference])
    assert client_of(cso).post(address, {"state": "agreed"}).status_code == 302
