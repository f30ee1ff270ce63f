"""The log knows which hazards changed since a version was issued."""

from accounts.models import User
from hazards.actions.hazards import edit_hazard
from hazards.keeping_current import rebuild
from hazards.models import Hazard, HazardSummary
from products.models import Product
from tests.hazards.factories import a_hazard
from tests.safetycase.factories import a_report_to_freeze, an_issued_version


def test_issuing_says_which_content_was_approved(
    product: Product, cso: User, clinician: User, executive: User, clinical_product_manager: User
) -> None:
    a_report_to_freeze(product, cso, executive)
    later = a_hazard(product, cso, "Raised, in no release")
    an_issued_version(product, clinical_product_manager, clinician, cso, executive)
    summary = HazardSummary.objects.get(approved_version__isnull=False)
    assert summary.approved_version == summary.content_version
    assert summary.hazard_id != later.pk

    edit_hazard(hazard=summary.hazard, by=cso, changes={"name": "A dose is late"}, reason="Clearer")
    summary.refresh_from_db()
    assert summary.approved_version == summary.content_version - 1

    HazardSummary.objects.update(approved_version=None)
    rebuild(product)
    summary.refresh_from_db()
    assert summary.approved_version == Hazard.objects.get(pk=summary.pk).content_version - 1
