"""Plans, appointments and lists of legacy findings that wait for a person's signature."""

from collections.abc import Iterator

from django.urls import reverse

from accounts.models import User
from hazards.models import LegacyList, Plan
from hazards.quality.legacy import legacy_of
from hazards.quality.registry import signed_lists
from products.choices import Role
from products.models import Membership, Product
from products.permissions import Ability, current_memberships
from reviews.actions.plans import SIGNATORIES
from reviews.choices import Meaning, SubjectKind
from reviews.models import SignOff
from reviews.plan.reading import PlanReading, current_officer, read_officers, read_plan
from reviews.signing.obstacles import against_signing_appointment, against_signing_plan
from reviews.signing.reading import SignatureReading
from safetycase.my_work.todo import Mine, Todo

_VERBS = {Meaning.APPROVED: "Approve", Meaning.AUTHORISED: "Authorise"}


def plans_to_sign(mine: Mine) -> Iterator[Todo]:
    """The newest version of each plan, where the person's signature puts it further.

    Two queries; about fifteen more for each plan that is not in force.
    """
    standings = {
        key: each
        for key, each in mine.where(Ability.SIGN).items()
        if each.roles & set(SIGNATORIES.values())
    }
    for plan in _not_in_force([each.product for each in standings.values()]):
        standing = standings[plan.product_id]
        plan.product = standing.product
        reading = read_plan(plan)
        for meaning, role in SIGNATORIES.items():
            if role in standing.roles and not against_signing_plan(
                reading, standing.person, meaning
            ):
                yield Todo(
                    product=standing.product,
                    sentence=f"{_VERBS[meaning]} version {plan.number} of the clinical risk "
                    "management plan",
                    url=reverse(
                        "plan_sign", args=[standing.product.slug, plan.number, meaning.value]
                    ),
                    since=max(
                        [plan.drafted_at, *(each.sign_off.signed_at for each in _given(reading))]
                    ),
                    whose=mine.move(standing, [role]),
                )


def _given(reading: PlanReading) -> list[SignatureReading]:
    return [each for each in reading.signatures.readings if each.is_current]


def _not_in_force(products: list[Product]) -> list[Plan]:
    """The newest plan of each product, but for those that were approved and authorised as one.

    Such a plan does not change any more, so both signatures need not be compared with what it says.
    """
    newest = {
        each.product_id: each
        for each in Plan.objects.filter(product__in=products).order_by("number")
    }
    signed: dict[object, dict[str, set[str]]] = {}
    for sign_off in SignOff.objects.filter(
        subject_kind=SubjectKind.PLAN,
        subject_id__in=[each.public_id for each in newest.values()],
        withdrawal__isnull=True,
    ).exclude(meaning=Meaning.WITHDRAWN):
        prints = signed.setdefault(sign_off.subject_id, {})
        prints.setdefault(sign_off.meaning, set()).add(sign_off.fingerprint)
    waiting = [
        each.pk for each in newest.values() if not _signed_as_one(signed.get(each.public_id, {}))
    ]
    return list(Plan.objects.filter(pk__in=waiting).select_related("matrix").order_by("product_id"))


def _signed_as_one(prints: dict[str, set[str]]) -> bool:
    return bool(prints.get(Meaning.APPROVED, set()) & prints.get(Meaning.AUTHORISED, set()))


def appointments_to_sign(mine: Mine) -> Iterator[Todo]:
    """Today's clinical safety officers whose appointment the person has to sign. Three queries."""
    products = {
        each.product.pk: each.product
        for each in mine.standings
        if Role.ACCOUNTABLE_EXECUTIVE in each.roles and each.can(Ability.SIGN)
    }
    if not products:
        return
    members = list(
        Membership.objects.filter(
            current_memberships(),
            product__in=list(products),
            role=Role.CLINICAL_SAFETY_OFFICER,
        ).select_related("person__profile")
    )
    for member in members:
        member.product = products[member.product_id]
    for officer in read_officers(members):
        membership = officer.membership
        signed = officer.signatures.current(Meaning.AUTHORISED)
        if not signed and not against_signing_appointment(officer, mine.person):
            yield Todo(
                product=membership.product,
                sentence=f"Sign the appointment of {membership.person.name} as clinical safety "
                "officer",
                url=reverse("appointment", args=[membership.product.slug, membership.public_id]),
                since=membership.starts_on,
            )


def legacy_lists_to_sign(mine: Mine) -> Iterator[Todo]:
    """Lists of legacy findings that wait for a clinical safety officer, with what is in the way.

    Five queries, and a few more for each product on which one waits.
    """
    standings = mine.where(Ability.GOVERN_LOG)
    if not standings:
        return
    lists = list(
        LegacyList.objects.filter(product__in=list(standings))
        .select_related("batch")
        .defer("entries")
        .order_by("product_id", "pk")
    )
    signed = signed_lists(lists)
    unsigned = [each for each in lists if each.pk not in signed]
    left = {
        reading.legacy.pk: reading.left
        for key in dict.fromkeys(each.product_id for each in unsigned)
        for reading in legacy_of(standings[key].product)
    }
    # A list of which nothing is left counts for nothing, signed or not.
    waiting = [each for each in unsigned if left[each.pk]]
    problems = {
        key: _against_signing_lists(mine.person, standings[key].product)
        for key in {each.product_id for each in waiting}
    }
    for each in waiting:
        standing, in_the_way = standings[each.product_id], problems[each.product_id]
        findings = "legacy finding" if each.count == 1 else "legacy findings"
        still = f"{left[each.pk]} of {each.count} left. Until it is signed they count in full."
        yield Todo(
            product=standing.product,
            sentence=f"Sign the list of {each.count} {findings} that came in with "
            f"{each.batch.file_name}",
            url=reverse("legacy_list_sign", args=[standing.product.slug, each.public_id]),
            detail=" ".join(in_the_way) or still,
            tone="warn" if in_the_way else "",
            since=each.listed_at,
            whose=mine.move(standing, [Role.CLINICAL_SAFETY_OFFICER]),
        )


def _against_signing_lists(person: User, product: Product) -> list[str]:
    officer = current_officer(person, product)
    return officer.problems if officer else ["You are no current clinical safety officer."]
