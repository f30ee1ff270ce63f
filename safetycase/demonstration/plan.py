"""The plan of the demonstration, the appointment of its officer, and who signed them."""

from django.utils import timezone

from accounts.credentials import PASSWORD, Confirmed
from accounts.models import User
from hazards.models import Plan
from products.choices import Role
from products.models import Membership, Product
from reviews.actions.appointments import sign_appointment
from reviews.actions.plans import draft_plan, edit_plan, sign_plan
from reviews.choices import Meaning
from reviews.plan.reading import read_plan
from reviews.signing.subjects import appointment_subject
from safetycase.demonstration import story

People = dict[str, User]

TEXTS = {
    "purpose": (
        "How clinical risk is managed on Digital Pharmacy, from its first release until it is "
        "switched off at the last pharmacy. It covers the service that prescribes, packs and "
        "delivers repeat medicines, and everything that this service asks of the pharmacies that "
        "use it."
    ),
    "governance": (
        "The clinical safety officer leads the analysis and approves each version of the hazard "
        "log and of the report. The clinical product manager freezes versions and sees to it that "
        "every feature is looked at by a clinician before it is built. The superintendent "
        "pharmacist reviews each version as the second clinician. The chief executive is the "
        "accountable executive.\n\n"
        "The team meets at the kick-off of each feature, at the checkpoint of each two-week "
        "sprint, and before each release."
    ),
    "activities": (
        "Hazards are identified step by step along the pathway of a prescription, against the "
        "prompts no, wrong, late, early, partial, duplicate, wrong person, misread, unavailable "
        "and misused. Severity and likelihood are estimated for each with the matrix of this plan, "
        "before and after controls. Controls are chosen in the order of their strength, assessed "
        "for hazards that they bring, and verified twice: that they are there, and that they work. "
        "After a release, incidents and concerns reopen the hazards that they touch."
    ),
    "competence": (
        "The clinical safety officer and the second clinician hold current registrations, checked "
        "every year, and are trained in clinical risk management. Everybody on the team has read "
        "this plan."
    ),
    "process_review": (
        "The process is reviewed once a year, and after every incident in which a patient was "
        "harmed, by the accountable executive with the clinical safety officer."
    ),
}


def confirmed(people: People, key: str) -> Confirmed:
    """A person of the demonstration gives their password, as on the page.

    Nobody counts tries here, which takes a transaction of its own: the whole story is one.
    """
    person = people[key]
    if not person.check_password(story.PASSWORD):
        raise LookupError(f"{person.name} has another password than the demonstration's")
    return Confirmed(person.pk, PASSWORD, timezone.now())


def put_plan_in_force(product: Product, people: People) -> Plan:
    """Appoint the officer by signature; draft, approve and authorise version 1 of the plan."""
    membership = Membership.objects.select_related("product", "person__profile").get(
        product=product, role=Role.CLINICAL_SAFETY_OFFICER
    )
    sign_appointment(
        membership=membership,
        by=people["executive"],
        seen=appointment_subject(membership).fingerprint,
        confirmed=confirmed(people, "executive"),
    )
    author = people["clinical_product_manager"]
    plan = draft_plan(product=product, by=author, reason="Began the plan at the kick-off")
    edit_plan(plan=plan, by=author, changes=TEXTS, reason="Wrote the plan with the team")
    for meaning, key in ((Meaning.APPROVED, "cso"), (Meaning.AUTHORISED, "executive")):
        plan.refresh_from_db()
        sign_plan(
            plan=plan,
            by=people[key],
            meaning=meaning,
            seen=read_plan(plan).subject.fingerprint,
            confirmed=confirmed(people, key),
        )
    return plan
