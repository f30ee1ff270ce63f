"""Who answers for something in the log works on the product: whoever only audits it does not."""

from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse

from accounts.models import User
from audit.errors import NotPossible
from hazards.actions.controls import edit_control
from hazards.actions.evidence import edit_evidence
from hazards.actions.hazards import edit_hazard
from products.actions import edit_feature
from products.choices import Role
from products.models import Product
from products.queries import people_at_work, people_on_team
from tests.factories import join, make_feature
from tests.hazards.factories import a_control, a_hazard, some_evidence
from tests.hazards.importing.imports import bring_in, hazard_called
from tests.hazards.importing.workbooks import a_row, template
from tests.people import ClientOf


def naming(what: str, product: Product, by: User) -> Callable[[User], Any]:
    """The action that names somebody there."""
    if what == "feature":
        feature = make_feature(product)
        return lambda person: edit_feature(feature=feature, by=by, changes={"owner_id": person.pk})
    hazard = a_hazard(product, by)
    if what == "hazard":
        return lambda person: edit_hazard(hazard=hazard, by=by, changes={"owner_id": person.pk})
    control = a_control(hazard, by)
    if what == "control":
        return lambda person: edit_control(
            control=control, by=by, changes={"implementer_id": person.pk}
        )
    evidence = some_evidence(control, by)
    return lambda person: edit_evidence(
        evidence=evidence, by=by, changes={"verifier_id": person.pk}
    )


@pytest.mark.parametrize("what", ["hazard", "control", "evidence", "feature"])
def test_an_auditor_answers_for_nothing(
    product: Product, cso: User, auditor: User, executive: User, what: str
) -> None:
    name = naming(what, product, cso)
    with pytest.raises(NotPossible, match="audit"):
        name(auditor)
    name(executive)


def test_an_auditor_with_a_second_role_does(product: Product, cso: User, auditor: User) -> None:
    join(product, auditor, Role.CONTRIBUTOR)
    naming("hazard", product, cso)(auditor)


def test_the_team_is_the_team_still(product: Product, cso: User, auditor: User) -> None:
    assert set(people_on_team(product)) == {cso, auditor}
    assert set(people_at_work(product)) == {cso}


def test_no_form_offers_an_auditor(
    product: Product, cso: User, auditor: User, client_of: ClientOf
) -> None:
    hazard = a_hazard(product, cso)
    control = a_control(hazard, cso)
    client, slug = client_of(cso), product.slug
    pages = [
        reverse("feature_new", args=[slug]),
        reverse("hazard_edit", args=[slug, hazard.reference, "keeping"]),
        reverse("control_add", args=[slug, hazard.reference]),
        reverse("control_edit", args=[slug, hazard.reference, control.reference]),
        reverse("evidence_add", args=[slug, hazard.reference, control.reference]),
    ]
    for address in pages:
        page = client.get(address).content.decode()
        assert "Clara Officer</option>" in page, address
        assert "Ali Auditor</option>" not in page, address


def test_a_file_s_owner_who_only_audits_stays_in_words(
    product: Product, cso: User, auditor: User
) -> None:
    bring_in(product, cso, template(a_row(owner="Ali Auditor")))
    hazard = hazard_called("H-1")
    assert (hazard.owner, hazard.owner_role) == (None, "Ali Auditor")
