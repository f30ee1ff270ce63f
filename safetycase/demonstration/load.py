"""Loading the demonstration, all of it or nothing, by its people and through their actions."""

from pathlib import Path

from django.db import transaction
from django.utils import timezone

from accounts.actions.people import create_person, edit_profile, system_person
from accounts.actions.sign_in import give_password
from accounts.models import User
from audit.sealing import seal_everything
from hazards.actions.matrix_versions import approve_matrix
from hazards.queries import current_matrix
from products.actions.intended_use import state_intended_use
from products.actions.products import create_product
from products.actions.releases import create_release
from products.actions.team import add_member
from products.choices import ReleaseState, Role
from products.models import Product
from safetycase.actions.sections import write_section
from safetycase.choices import SectionKey
from safetycase.demonstration import log, meetings, story, version_one
from safetycase.demonstration.api import make_tokens
from safetycase.demonstration.charter import agree_charter
from safetycase.demonstration.decisions import decide
from safetycase.demonstration.language import say_in_both_voices, speak_one_language
from safetycase.demonstration.plan import put_plan_in_force
from safetycase.demonstration.rhythm import (
    bring_into_the_rhythm,
    read_what_was_told,
    triage_first_release,
)
from safetycase.demonstration.trackers import deliver_tickets
from safetycase.models import Issue
from safetycase.rendering import render_issued

FOLDER = Path(__file__).parent

People = dict[str, User]


def is_loaded() -> bool:
    """Whether the demonstration product is there already."""
    return Product.objects.filter(slug=story.SLUG).exists()


def load_demonstration() -> Product:
    """Load everything up to an issued version 1, and what came after it. One transaction.

    Raises whatever an action raises; then nothing is loaded.
    """
    with transaction.atomic():
        people = _people()
        product = _product(people)
        _releases(product, people)
        _narrative(product, people)
        log.load_log(product, people, FOLDER)
        put_plan_in_force(product, people)
        say_in_both_voices(product, people)
        triage_first_release(product, people)
        version_one.accept_residual_risks(product, people)
        version_one.issue_version_one(product, people)
        meetings.hold_first_meetings(product, people)
        version_one.move_on(product, people)
        speak_one_language(product, people)
        bring_into_the_rhythm(product, people)
        deliver_tickets(product)
        meetings.open_next_checkpoint(product, people)
        decide(product, people)
        agree_charter(product, people)
        make_tokens(product, people)
        read_what_was_told(people)
    return product


def finish_demonstration() -> None:
    """Make the PDF of each issued version that has none yet, here and now, and seal the record."""
    for issue in Issue.objects.filter(product__slug=story.SLUG, pdf__isnull=True):
        render_issued(issue)
    seal_everything()


def _people() -> People:
    system = system_person()
    people: People = {}
    for person in story.PEOPLE:
        people[person.key] = create_person(
            by=system,
            email=person.email,
            name=person.name,
            job_title=person.job_title,
            professional_body=person.professional_body,
            registration_number=person.registration_number,
            is_administrator=person.role is None,
            reason="Added a person of the demonstration",
        )
        people[person.key] = give_password(
            person=people[person.key], password=story.PASSWORD, by=system
        )
    for person in story.PEOPLE:
        if person.registration_number:
            edit_profile(
                profile=people[person.key].profile,
                by=people["administrator"],
                changes={"registration_checked_on": timezone.localdate()},
                reason="Looked up in the professional body's register",
            )
    return people


def _product(people: People) -> Product:
    administrator = people["administrator"]
    product = create_product(
        by=administrator,
        name=story.PRODUCT,
        slug=story.SLUG,
        organisation_name=story.ORGANISATION,
        summary=story.SUMMARY,
    )
    for person in story.PEOPLE:
        if person.role is None:
            continue
        nominated_by_executive = person.role is Role.CLINICAL_SAFETY_OFFICER
        add_member(
            product=product,
            person=people[person.key],
            role=person.role,
            by=people["executive"] if nominated_by_executive else administrator,
            starts_on=story.TEAM_SINCE,
            reason=(
                "Nominated as clinical safety officer"
                if nominated_by_executive
                else "Joined the team"
            ),
        )
    state_intended_use(
        product=product,
        by=people["clinical_product_manager"],
        reason="First statement, agreed at the kick-off",
        **story.INTENDED_USE,
    )
    matrix = current_matrix(product)
    if matrix is not None:
        approve_matrix(
            matrix=matrix, by=people["cso"], reason="Approved the default matrix for this product"
        )
    return product


def _releases(product: Product, people: People) -> None:
    for release in story.RELEASES:
        create_release(
            product=product,
            by=people["product_manager"],
            label=release.label,
            state=ReleaseState.IN_WORK,
            planned_on=release.planned_on,
            summary=release.summary,
        )


def _narrative(product: Product, people: People) -> None:
    for key in SectionKey:
        text = (FOLDER / "sections" / f"{key.value}.md").read_text(encoding="utf-8")
        write_section(
            product=product,
            key=key,
            by=people["cso"],
            narrative=text.strip(),
            reason="Wrote the section",
        )
