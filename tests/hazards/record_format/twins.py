"""A product beside another, and a log that is moved from the one to the other."""

from accounts.actions import system_person
from accounts.models import User
from hazards.importing.report import Report
from hazards.record_format.apply import apply_restore
from hazards.record_format.export import export_record
from hazards.record_format.plan import RestorePlan, plan_restore
from hazards.record_format.read import read_record
from products.actions import carry_feature
from products.choices import Role
from products.models import Feature, Membership, Product, Release, ReleaseFeature
from tests.factories import join, make_feature, make_product, make_release


def record_bytes(product: Product) -> bytes:
    """The record of a product's log."""
    return b"".join(export_record(product))


def planned(content: bytes, into: Product, by: User) -> RestorePlan:
    """What restoring would do."""
    record = read_record(name="log.json", content=content)
    return plan_restore(product=into, record=record, by=by)


def restored(content: bytes, into: Product, by: User) -> Report:
    """Restore a record."""
    return apply_restore(plan=planned(content, into, by), by=by)


def an_empty_product(by: User, name: str = "Another one") -> Product:
    """A product with a matrix and nothing else, whose officer ``by`` is."""
    product = make_product(name, name.lower().replace(" ", "-"))
    join(product, by, Role.CLINICAL_SAFETY_OFFICER)
    return product


def a_twin(product: Product, name: str = "Twin") -> Product:
    """A product with an empty log, the same people, releases and features."""
    twin = make_product(name, name.lower())
    for membership in Membership.objects.filter(product=product):
        join(twin, membership.person, Role(membership.role))
    for release in Release.objects.filter(product=product).order_by("position"):
        make_release(twin, release.label)
    for feature in Feature.objects.filter(product=product).order_by("number"):
        make_feature(twin, feature.title)
    for link in ReleaseFeature.objects.filter(release__product=product, is_active=True):
        carry_feature(
            release=twin.releases.get(label=link.release.label),
            feature=twin.features.get(reference=link.feature.reference),
            by=system_person(),
        )
    return twin
