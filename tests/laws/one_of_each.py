"""A row in every guarded table, made by real actions, for laws that hold for all of them."""

import datetime

import pytest
from django.utils import timezone

from accounts.models import User
from audit.access_events import record_access
from audit.acts import act
from audit.models import AccessEvent
from audit.sealing import seal_pending
from hazards.actions.controls import set_new_hazards
from hazards.actions.evidence import keep_evidence_file
from hazards.actions.features import link_feature
from hazards.actions.quality import answer_challenge, give_waiver
from hazards.actions.quality_legacy import list_legacy
from hazards.choices import Stage
from hazards.models import (
    Hazard,
    ImportBatch,
    ImportMapping,
    NotApplicable,
    SavedView,
)
from products.actions import add_comment, carry_feature, state_intended_use
from products.choices import Role
from products.comments import CommentSubject
from products.models import Product
from reviews.actions.hazard_reviews import record_review
from reviews.actions.plans import draft_plan, reject_plan
from reviews.plan.reading import read_plan
from safetycase.actions.sections import write_section
from safetycase.choices import SectionKey
from tests.factories import join, make_feature, make_person, make_product, make_release
from tests.hazards.factories import (
    a_cause,
    a_control,
    a_harm,
    a_hazard,
    a_live_hazard,
    an_assumption,
    an_estimate,
    some_evidence,
)
from tests.laws.one_of_the_bridge import rows_of_the_bridge
from tests.reviews.factories import a_hazard_to_accept, a_plan_in_force, accept
from tests.safetycase.factories import a_recorded_pdf, a_report_to_freeze, an_issued_version


@pytest.fixture
def one_of_each(product: Product, cso: User, executive: User) -> None:
    """At least one row in every table of a tracked or append-only model."""
    release, feature = make_release(product), make_feature(product)
    carry_feature(release=release, feature=feature, by=cso)
    state_intended_use(product=product, by=cso, purpose="Repeats", reason="First statement")
    write_section(product=product, key=SectionKey.INTRODUCTION, by=cso, narrative="Words")
    hazard, brought = a_hazard(product, cso), a_hazard(product, cso, "Another one")
    a_cause(hazard, cso)
    a_harm(hazard, cso)
    control = a_control(hazard, cso)
    set_new_hazards(control=control, by=cso, hazards=[brought])
    file = keep_evidence_file(product=product, by=cso, name="run.txt", content=b"It passed.\n")
    some_evidence(control, cso, file_id=file.pk)
    link_feature(hazard=hazard, feature=feature, by=cso)
    assumption = an_assumption(product, cso, hazard=hazard)
    for stage in Stage:
        an_estimate(hazard, cso, stage=stage, assumption=assumption)
    record_review(
        hazard=hazard,
        by=cso,
        note="Read",
        next_review=timezone.localdate() + datetime.timedelta(days=90),
    )
    a_plan_in_force(product, cso, executive)
    accept(a_hazard_to_accept(product, cso), executive)
    newer_plan = draft_plan(product=product, by=cso)
    seen = read_plan(newer_plan).subject.fingerprint
    reject_plan(plan=newer_plan, by=executive, seen=seen, reason="It names nobody")
    issue_another(cso, executive)
    with act(by=cso, reason="Imported a log", scope=product.scope) as under_way:
        ImportBatch(
            product=product,
            file_name="log.xlsx",
            sha256="0" * 64,
            report="{}",
            imported_at=under_way.at,
            imported_by=cso,
        ).save()
    what_is_kept_beside_the_log(hazard, cso)
    rows_of_the_bridge(hazard, feature, release, cso)
    record_access(kind=AccessEvent.Kind.SIGNED_IN, by=cso)
    seal_pending(most=1)


def issue_another(cso: User, executive: User) -> None:
    """Issue a version of another product, with its PDF on record."""
    product = make_product("Issued", "issued")
    join(product, cso, Role.CLINICAL_SAFETY_OFFICER)
    join(product, executive, Role.ACCOUNTABLE_EXECUTIVE)
    reviewer = make_person("Rita Reviewer")
    join(product, reviewer, Role.CLINICIAN)
    a_report_to_freeze(product, cso, executive)
    a_recorded_pdf(an_issued_version(product, cso, reviewer, cso, executive), cso)


def what_is_kept_beside_the_log(hazard: Hazard, person: User) -> None:
    """Views, mappings, comments, waivers, answers: a row of each."""
    product = hazard.product
    with act(by=person, reason="Kept beside the log", scope=product.scope):
        SavedView(product=product, owner=person, name="Mine", query="mine=1").save()
        ImportMapping(product=product, layout="0" * 64, columns="{}").save()
        NotApplicable(product=product, family="ai", because="It has none").save()
        about = CommentSubject(product, "hazard", str(hazard.public_id), "the hazard", "/")
        add_comment(about=about, by=person, text="Who holds this?", people=[person])
    warned = a_live_hazard(product, person, name="Wrong dose given")
    answer_challenge(product=product, by=person, hazard=warned, rule="HZ01", answer="At discharge")
    give_waiver(
        product=product,
        by=person,
        hazard=warned,
        rule="HZ01",
        because="The step is named in the next release",
        expires_on=timezone.localdate() + datetime.timedelta(days=30),
    )
    batch = ImportBatch.objects.get(product=product)
    assert list_legacy(product=product, batch=batch, by=person, hazards=[warned.pk])
