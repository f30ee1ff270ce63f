"""The log knows which hazards changed since a version was issued."""

from django.urls import reverse

from accounts.models import User
from hazards.actions.hazards import edit_hazard
from hazards.keeping_current import rebuild
from hazards.models import Hazard, HazardSummary
from products.models import Product
from tests.hazards.factories import a_hazard
from tests.people import ClientOf
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


def test_the_heading_of_the_log_names_the_version_and_what_changed_since(
    product: Product,
    cso: User,
    clinician: User,
    executive: User,
    clinical_product_manager: User,
    client_of: ClientOf,
) -> None:
    client, url = client_of(cso), reverse("hazard_log", args=[product.slug])
    a_report_to_freeze(product, cso, executive)
    assert client.get(url).context["issued"] is None
    an_issued_version(product, clinical_product_manager, clinician, cso, executive)
    page = client.get(url)
    assert (page.context["issued"].number, page.context["changed_since"]) == (1, 0)
    version = reverse("version_detail", args=[product.slug, 1])
    assert f'<a href="{version}">version 1</a> issued' in page.content.decode()

    hazard = HazardSummary.objects.get(approved_version__isnull=False).hazard
    edit_hazard(hazard=hazard, by=cso, changes={"name": "A dose is late"}, reason="Clearer")
    assert "1 changed since" in client.get(url).content.decode()
    assert client.get(f"{url}?mine=1").context["changed_since"] == 0  # a filter has its own count
