"""From a signature to the version that it is under."""

from pytest_django.asserts import assertContains

from accounts.models import User
from products.models import Product
from reviews.choices import Meaning
from reviews.models import SignOff
from tests.people import ClientOf
from tests.safetycase.factories import a_frozen_version, a_report_to_freeze, signed_version


def test_the_page_of_a_signature_leads_to_its_version(
    product: Product,
    cso: User,
    executive: User,
    clinician: User,
    auditor: User,
    client_of: ClientOf,
) -> None:
    a_report_to_freeze(product, cso, executive)
    signed = signed_version(a_frozen_version(product, cso), clinician, Meaning.REVIEWED)
    for sign_off in signed:
        page = client_of(auditor).get(f"/products/{product.slug}/sign-offs/{sign_off.public_id}/")
        assertContains(page, sign_off.fingerprint)
        assertContains(page, f'href="{page.context["subject"].url}"')
        assert client_of(auditor).get(page.context["subject"].url).status_code == 200
        assert page.context["signature"].is_current
    assert SignOff.objects.filter(meaning=Meaning.REVIEWED).count() == len(signed)
