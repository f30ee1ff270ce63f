"""Every action, as somebody would call it: the table that the laws of actions walk through."""

import datetime
import json
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.core import mail
from django.test import TestCase
from django.utils import timezone

from accounts import actions as people
from accounts.actions import invitations, system_person
from accounts.models import Notification, Profile, User
from audit.acts import act
from hazards.actions import (
    bulk,
    causes,
    controls,
    estimates,
    evidence,
    features,
    hazards,
    importing_jobs,
    importing_mappings,
    library,
    matrices,
    matrix_versions,
    merging,
    quality,
    quality_legacy,
    raising,
    saved_views,
    sharing,
    splitting,
    undoing,
)
from hazards.choices import ControlState, HazardStatus, Stage
from hazards.importing.apply import apply_import
from hazards.importing.mapping import Mapping
from hazards.importing.plan import plan_import
from hazards.importing.read import read_log
from hazards.importing.waiting import WaitingFile, keep_waiting, waiting_file
from hazards.models import (
    Cause,
    Control,
    Evidence,
    Harm,
    Hazard,
    ImportBatch,
    MatrixVersion,
    Plan,
    SavedView,
    Waiver,
)
from hazards.quality.storing import evaluate
from hazards.queries import current_matrix
from hazards.record_format.apply import apply_restore
from hazards.record_format.export import record_of
from hazards.record_format.plan import RestorePlan, plan_restore
from hazards.record_format.read import read_record
from products import actions as products
from products.choices import Role
from products.comments import CommentSubject
from products.models import Comment, Feature, Job, Membership, Organisation, Product, Release
from reviews.actions import acceptances, appointments, legacy_lists, plans, signing
from reviews.actions.hazard_reviews import record_review
from reviews.choices import Meaning
from reviews.models import SignOff
from reviews.plan.reading import read_plan
from reviews.signing.legacy_lists import legacy_subject
from reviews.signing.subjects import appointment_subject
from safetycase.actions import (
    checks,
    copies,
    drafts,
    issued_pdfs,
    log_exports,
    pdf_requests,
    sections,
    versions,
)
from safetycase.choices import LifecyclePhase, SectionKey
from safetycase.log_export import LogFormat
from safetycase.models import Baseline, Issue
from tests.factories import join, make_feature, make_person, make_release
from tests.hazards.factories import (
    a_cause,
    a_control,
    a_harm,
    a_hazard,
    a_live_hazard,
    an_assumption,
    an_estimate,
    levels,
    some_evidence,
)
from tests.laws.source import ROOT
from tests.reviews.factories import (
    a_current_officer,
    a_hazard_to_accept,
    a_plan_in_force,
    accept,
    accepting,
    an_approved_matrix,
    appointment_of,
    proof,
)
from tests.safetycase.factories import a_frozen_version, a_report_to_freeze, signed_version

SITE = "https://safety.example.org"
#: A hazard as the JSON format has it.
RECORDED_HAZARD = """
{"number": 1, "reference": "HAZ-001", "imported_reference": "", "name": "A dose is missed",
 "description": "", "effect": "", "family": "", "state": "live", "status": "open",
 "merged_into": null, "split_from": null, "library_entry": "", "actions": "", "justification": "",
 "owner": null, "owner_role": "", "review_date": null, "in_scope_from": "", "features": [],
 "harms": [{"text": "The patient relapses", "in_the_log": true}], "causes": [], "estimates": []}
"""
SAMPLE = ROOT / "tests" / "samples" / "digital-pharmacy-nhs-template.xlsx"


@dataclass
class Call:
    """A call that is made ready: everything it needs is there, and it has not been made."""

    action: Callable[..., Any]
    values: dict[str, Any]
    by: str  # the fixture's name of somebody who may

    def make(self, by: User | None, **more: Any) -> Any:
        """Make the call."""
        values = dict(self.values)
        if by is not None:
            values["by"] = by
            if "confirmed" in values:  # whoever tries gives their own credential
                values["confirmed"] = proof(by)
        return self.action(**values, **more)


def call(action: Callable[..., Any], by: str = "cso", **values: Any) -> Call:
    return Call(action, values, by)


@dataclass
class World:
    """A product with its people, and things on it that are made when a call needs them."""

    product: Product
    cso: User
    executive: User

    @cached_property
    def hazard(self) -> Hazard:
        return a_hazard(self.product, self.cso)

    @cached_property
    def live(self) -> Hazard:
        return a_live_hazard(self.product, self.cso)

    @cached_property
    def other(self) -> Hazard:
        return a_hazard(self.product, self.cso, "Another hazard")

    @cached_property
    def newer(self) -> Hazard:
        """A hazard with a higher id than the hazard."""
        assert self.hazard.pk
        return a_hazard(self.product, self.cso, "A newer hazard")

    @cached_property
    def cause(self) -> Cause:
        return a_cause(self.hazard, self.cso)

    @cached_property
    def harm(self) -> Harm:
        return a_harm(self.hazard, self.cso)

    @cached_property
    def control(self) -> Control:
        return a_control(self.hazard, self.cso)

    @cached_property
    def evidence(self) -> Evidence:
        return some_evidence(self.control, self.cso)

    @cached_property
    def feature(self) -> Feature:
        return make_feature(self.product)

    @cached_property
    def release(self) -> Release:
        return make_release(self.product)

    @cached_property
    def matrix(self) -> MatrixVersion:
        matrix = current_matrix(self.product)
        assert matrix is not None
        return matrix

    def without_ai(self) -> Product:
        """The product, which a family of the library does not concern."""
        library.set_family_aside(
            product=self.product, by=self.cso, family="ai", because="It has none"
        )
        return self.product

    def with_approved_matrix(self) -> Product:
        """The product, of which a new version of the matrix may be drafted."""
        matrix_versions.approve_matrix(matrix=self.matrix, by=self.cso)
        return self.product

    def another_matrix(self) -> MatrixVersion:
        """A draft beside the matrix in use."""
        product = self.with_approved_matrix()
        return matrix_versions.draft_matrix(
            product=product, by=self.cso, severities=5, likelihoods=5, classes=5
        )

    @cached_property
    def newcomer(self) -> User:
        return make_person("Nora New")

    @cached_property
    def membership(self) -> Membership:
        return join(self.product, self.newcomer, Role.CONTRIBUTOR)

    @cached_property
    def today(self) -> datetime.date:
        return timezone.localdate()

    def carried(self) -> Release:
        """The release, carrying the feature."""
        products.carry_feature(release=self.release, feature=self.feature, by=self.cso)
        return self.release

    def linked(self) -> Hazard:
        """The hazard, linked to the feature."""
        features.link_feature(hazard=self.hazard, feature=self.feature, by=self.cso)
        return self.hazard

    def control_elsewhere(self) -> Control:
        """A control on another hazard than the hazard."""
        return a_control(self.other, self.cso)

    def renamed(self) -> uuid.UUID:
        """The act in which the officer gave the hazard another name."""
        hazards.edit_hazard(hazard=self.hazard, by=self.cso, changes={"name": "Renamed"})
        found = undoing.last_change_of(self.hazard, self.cso)
        assert found is not None
        return found.id

    def withdrawn(self) -> Hazard:
        """A hazard that is out of the log."""
        hazards.withdraw_hazard(hazard=self.hazard, by=self.cso, reason="Raised twice")
        return self.hazard

    def withdrawn_feature(self) -> Feature:
        """A feature that is out of the product."""
        products.withdraw_feature(feature=self.feature, by=self.cso, reason="Dropped")
        return self.feature

    def invited(self) -> User:
        """Somebody with an open invitation."""
        invitations.send_invitation(person=self.newcomer, by=self.cso, site=SITE)
        return self.newcomer

    def deactivated(self) -> User:
        """Somebody who may not sign in."""
        people.deactivate_person(person=self.newcomer, by=system_person(), reason="Left")
        return self.newcomer

    def job(self, *, started: bool = True) -> Job:
        """A background job."""
        job = products.request_job(product=self.product, by=self.cso, kind="test")
        if started:
            products.start_job(job=job)
        return job

    @cached_property
    def about(self) -> CommentSubject:
        """The hazard, as comments are about it."""
        return CommentSubject(
            product=self.product,
            kind="hazard",
            id=str(self.hazard.public_id),
            words=self.hazard.reference,
            url="/",
        )

    @cached_property
    def comment(self) -> Comment:
        """Something that the officer said about the hazard."""
        return products.add_comment(about=self.about, by=self.cso, text="Who holds this?")

    @cached_property
    def notification(self) -> Notification:
        """Something that the officer was told."""
        people.tell(person=self.cso, text="You were mentioned", url="/")
        return Notification.objects.get(person=self.cso, text="You were mentioned")

    def profile(self) -> Profile:
        """The newcomer's profile."""
        return Profile.objects.get(user=self.newcomer)

    def estimate(self) -> dict[str, Any]:
        """What an estimate of the hazard needs."""
        severity, likelihood = levels(self.product, "Major", "Low")
        return {
            "hazard": self.hazard,
            "stage": Stage.INITIAL,
            "severity": severity,
            "likelihood": likelihood,
            "why_severity": "As in the review",
            "why_likelihood": "Seen once",
        }

    @cached_property
    def reviewer(self) -> User:
        """A second clinician."""
        person = make_person("Rita Reviewer")
        join(self.product, person, Role.CLINICIAN)
        return person

    @cached_property
    def report(self) -> Release:
        """A release of which a version can be issued."""
        return a_report_to_freeze(self.product, self.cso, self.executive)

    @cached_property
    def frozen(self) -> Baseline:
        """A frozen version, by its officer."""
        return a_frozen_version(self.product, self.cso, self.report.label)

    def version_to_review(self) -> dict[str, Any]:
        """What a review of the frozen version needs."""
        return {
            "baseline": self.frozen,
            "meaning": Meaning.REVIEWED,
            "seen": self.frozen.report_fingerprint,
            "confirmed": proof(self.reviewer),
        }

    def ready_version(self) -> Baseline:
        """The frozen version with every signature that it needs."""
        signed_version(self.frozen, self.reviewer, Meaning.REVIEWED)
        signed_version(self.frozen, self.cso, Meaning.APPROVED)
        signed_version(self.frozen, self.executive, Meaning.AUTHORISED)
        return self.frozen

    def issued(self) -> Issue:
        """An issued version, without its PDF."""
        return versions.issue_version(baseline=self.ready_version(), by=self.cso)

    def closable(self) -> Hazard:
        """A live hazard with nothing left to do."""
        an_estimate(self.live, self.cso, "Minor", "Low")
        return self.live

    @cached_property
    def risk_plan(self) -> Plan:
        """A clinical risk management plan that is ready to be approved."""
        a_current_officer(self.product, self.cso, self.executive)
        an_approved_matrix(self.product, self.cso)
        return plans.draft_plan(product=self.product, by=self.cso)

    def plan_signing(self) -> dict[str, Any]:
        """What the officer's signature under the plan needs."""
        return {
            "plan": self.risk_plan,
            "meaning": Meaning.APPROVED,
            "seen": read_plan(self.risk_plan).subject.fingerprint,
            "confirmed": proof(self.cso),
        }

    def appointment(self) -> dict[str, Any]:
        """What the signature under the officer's appointment needs."""
        membership = appointment_of(self.product, self.cso)
        return {
            "membership": membership,
            "seen": appointment_subject(membership).fingerprint,
            "confirmed": proof(self.executive),
        }

    def acceptable(self) -> dict[str, Any]:
        """What accepting the hazard's residual risk needs."""
        self.__dict__["hazard"] = a_hazard_to_accept(self.product, self.cso)
        a_plan_in_force(self.product, self.cso, self.executive)
        return {
            "product": self.product,
            "risks": [accepting(self.hazard)],
            "confirmed": proof(self.executive),
        }

    def signature(self) -> SignOff:
        """The executive's signature under an acceptance of the hazard's residual risk."""
        self.acceptable()
        [acceptance] = accept(self.hazard, self.executive)
        return SignOff.objects.get(subject_id=acceptance.public_id)

    def waiting(self) -> WaitingFile:
        """The sample log, sent by the officer and not confirmed."""
        key = keep_waiting(
            product=self.product,
            person=self.cso,
            name=SAMPLE.name,
            content=SAMPLE.read_bytes(),
        )
        waiting = waiting_file(key, product=self.product, person=self.cso)
        assert waiting is not None
        return waiting

    def restore(self) -> RestorePlan:
        """A record of one hazard, to be restored into the log, which is empty yet."""
        hazard = json.loads(RECORDED_HAZARD)
        content = json.dumps({**record_of(self.product), "hazards": [hazard]}).encode()
        record = read_record(name="log.json", content=content)
        return plan_restore(product=self.product, record=record, by=self.cso)

    def plan(self) -> Any:
        """What the sample log would bring to a log with two of its hazards, in another order."""
        for reference in ("HAZ-002", "HAZ-001"):
            a_hazard(self.product, self.cso, reference, imported_reference=reference)
        log = read_log(name=SAMPLE.name, content=SAMPLE.read_bytes())
        return plan_import(product=self.product, log=log, by=self.cso)

    @cached_property
    def warned(self) -> Hazard:
        """A live hazard of which a rule warns: its name says too little."""
        hazard = a_live_hazard(self.product, self.cso, name="Wrong dose given")
        evaluate(self.product, [hazard.pk])
        return hazard

    def waiver(self) -> Waiver:
        """A waiver of that warning."""
        made: Waiver = READY["hazards.quality.give_waiver"](self).make(self.cso)
        return made

    def brought_in(self) -> ImportBatch:
        """An import, after which the rules find something."""
        assert self.warned.pk
        with act(by=self.cso, reason="Imported", scope=self.product.scope) as under_way:
            batch = ImportBatch(
                product=self.product,
                file_name="log.xlsx",
                sha256="0" * 64,
                report="{}",
                imported_at=under_way.at,
                imported_by=self.cso,
            )
            batch.save()
        return batch

    def legacy_signing(self) -> dict[str, Any]:
        """What the officer's signature under a list of legacy findings needs."""
        a_current_officer(self.product, self.cso, self.executive)
        legacy = READY["hazards.quality_legacy.list_legacy"](self).make(self.cso)
        return {
            "legacy": legacy,
            "seen": legacy_subject(legacy).fingerprint,
            "confirmed": proof(self.cso),
        }

    @cached_property
    def saved_view(self) -> SavedView:
        """A view of the log that its officer shares with the team."""
        return saved_views.save_view(
            product=self.product, by=self.cso, name="Waiting", query="mine=1", is_shared=True
        )


READY: dict[str, Callable[[World], Call]] = {
    # --- quality
    "hazards.quality.give_waiver": lambda w: call(
        quality.give_waiver,
        product=w.product,
        hazard=w.warned,
        rule="HZ01",
        because="The description comes with the next workshop",
        expires_on=w.today + datetime.timedelta(days=30),
    ),
    "hazards.quality.withdraw_waiver": lambda w: call(quality.withdraw_waiver, waiver=w.waiver()),
    "hazards.quality.answer_challenge": lambda w: call(
        quality.answer_challenge,
        product=w.product,
        hazard=w.warned,
        rule="HZ01",
        answer="On the ward round, when the chart is read aloud",
    ),
    "reviews.legacy_lists.sign_legacy_list": lambda w: call(
        legacy_lists.sign_legacy_list, **w.legacy_signing()
    ),
    "hazards.quality_legacy.list_legacy": lambda w: call(
        quality_legacy.list_legacy, product=w.product, batch=w.brought_in()
    ),
    # --- saved views
    "hazards.saved_views.save_view": lambda w: call(
        saved_views.save_view, product=w.product, name="Mine", query="mine=1"
    ),
    "hazards.saved_views.edit_view": lambda w: call(
        saved_views.edit_view, view=w.saved_view, changes={"name": "Overdue"}
    ),
    "hazards.saved_views.withdraw_view": lambda w: call(
        saved_views.withdraw_view, view=w.saved_view
    ),
    # --- hazards
    "hazards.hazards.create_hazard": lambda w: call(
        hazards.create_hazard, product=w.product, name="x"
    ),
    "hazards.hazards.edit_hazard": lambda w: call(
        hazards.edit_hazard, hazard=w.hazard, changes={"name": "Renamed"}
    ),
    "hazards.hazards.make_live": lambda w: call(hazards.make_live, hazard=w.harm.hazard),
    "hazards.hazards.withdraw_hazard": lambda w: call(hazards.withdraw_hazard, hazard=w.hazard),
    "hazards.hazards.restore_hazard": lambda w: call(hazards.restore_hazard, hazard=w.withdrawn()),
    "hazards.hazards.set_status": lambda w: call(
        hazards.set_status, hazard=w.closable(), status=HazardStatus.CLOSED
    ),
    "hazards.hazards.keep_imported_status": lambda w: call(
        hazards.keep_imported_status, hazard=w.hazard, status=HazardStatus.CLOSED
    ),
    "hazards.raising.raise_hazard": lambda w: call(
        raising.raise_hazard, product=w.product, name="x", harm="y", features=[w.feature]
    ),
    "hazards.raising.link_hazards": lambda w: call(
        raising.link_hazards, feature=w.feature, hazards=[w.newer, w.hazard]
    ),
    "hazards.merging.merge_hazards": lambda w: call(
        merging.merge_hazards,
        survivor=w.hazard,
        merged=(w.cause, w.control, a_control(w.newer, w.cso), w.newer)[3],
    ),
    "hazards.splitting.split_hazard": lambda w: call(
        splitting.split_hazard,
        hazard=w.hazard,
        name="The other",
        causes=[(w.cause, a_cause(w.hazard, w.cso, "It stays"))[0]],
        harms=[w.harm],
        controls=[w.control],
    ),
    "hazards.sharing.share_control": lambda w: call(
        sharing.share_control, control=w.control_elsewhere(), hazards=[w.newer, w.hazard]
    ),
    "hazards.sharing.merge_controls": lambda w: call(
        sharing.merge_controls, control=w.control, copies=[a_control(w.other, w.cso)]
    ),
    "hazards.bulk.change_many": lambda w: call(
        bulk.change_many,
        product=w.product,
        hazards=[w.newer, w.hazard],
        changes={"family": "Medicines"},
    ),
    "hazards.undoing.undo_act": lambda w: call(
        undoing.undo_act, product=w.product, act=w.renamed()
    ),
    "hazards.undoing.undo_last_change": lambda w: call(
        undoing.undo_last_change, hazard=(w.renamed(), w.hazard)[1]
    ),
    "hazards.causes.add_cause": lambda w: call(causes.add_cause, hazard=w.hazard, text="x"),
    "hazards.causes.edit_cause": lambda w: call(
        causes.edit_cause, cause=w.cause, changes={"text": "x"}
    ),
    "hazards.causes.withdraw_cause": lambda w: call(causes.withdraw_cause, cause=w.cause),
    "hazards.causes.add_harm": lambda w: call(causes.add_harm, hazard=w.hazard, text="x"),
    "hazards.causes.edit_harm": lambda w: call(
        causes.edit_harm, harm=w.harm, changes={"text": "x"}
    ),
    "hazards.causes.withdraw_harm": lambda w: call(causes.withdraw_harm, harm=w.harm),
    "hazards.controls.add_control": lambda w: call(
        controls.add_control, hazard=w.hazard, text="x", causes=[w.cause]
    ),
    "hazards.controls.edit_control": lambda w: call(
        controls.edit_control, control=w.control, changes={"text": "x"}
    ),
    "hazards.controls.set_control_state": lambda w: call(
        controls.set_control_state, control=w.control, state=ControlState.AGREED
    ),
    "hazards.controls.link_control": lambda w: call(
        controls.link_control, control=w.control, hazard=w.hazard, causes=[w.cause]
    ),
    "hazards.controls.unlink_control": lambda w: call(
        controls.unlink_control, control=w.control, hazard=w.hazard
    ),
    "hazards.controls.set_new_hazards": lambda w: call(
        controls.set_new_hazards, control=w.control, hazards=[w.other]
    ),
    "hazards.estimates.record_estimate": lambda w: call(estimates.record_estimate, **w.estimate()),
    "hazards.estimates.add_assumption": lambda w: call(
        estimates.add_assumption, product=w.product, hazard=w.hazard, text="x"
    ),
    "hazards.estimates.edit_assumption": lambda w: call(
        estimates.edit_assumption,
        assumption=an_assumption(w.product, w.cso, hazard=w.hazard),
        changes={"text": "x"},
    ),
    "hazards.evidence.add_evidence": lambda w: call(
        evidence.add_evidence, controls=[w.control], title="x"
    ),
    "hazards.evidence.edit_evidence": lambda w: call(
        evidence.edit_evidence, evidence=w.evidence, changes={"title": "x"}
    ),
    "hazards.evidence.link_evidence": lambda w: call(
        evidence.link_evidence, evidence=w.evidence, control=a_control(w.hazard, w.cso)
    ),
    "hazards.evidence.unlink_evidence": lambda w: call(
        evidence.unlink_evidence,
        evidence=some_evidence([w.control, a_control(w.hazard, w.cso)], w.cso),
        control=w.control,
    ),
    "hazards.evidence.withdraw_evidence": lambda w: call(
        evidence.withdraw_evidence, evidence=w.evidence
    ),
    "hazards.evidence.keep_evidence_file": lambda w: call(
        evidence.keep_evidence_file, product=w.product, name="run.txt", content=b"It passed.\n"
    ),
    "hazards.features.link_feature": lambda w: call(
        features.link_feature, hazard=w.hazard, feature=w.feature
    ),
    "hazards.features.unlink_feature": lambda w: call(
        features.unlink_feature, hazard=w.linked(), feature=w.feature
    ),
    "hazards.matrices.create_default_matrix": lambda _: call(
        matrices.create_default_matrix, product=bare_product(), by="system"
    ),
    "hazards.library.draft_from_library": lambda w: call(
        library.draft_from_library,
        product=w.product,
        entry="identity-other-record",
        name="Another person's record is opened",
        controls=[0],
    ),
    "hazards.library.set_family_aside": lambda w: call(
        library.set_family_aside, product=w.product, family="ai", because="It has none"
    ),
    "hazards.library.take_family_back": lambda w: call(
        library.take_family_back, product=w.without_ai(), family="ai"
    ),
    "hazards.matrix_versions.approve_matrix": lambda w: call(
        matrix_versions.approve_matrix, matrix=w.matrix
    ),
    "hazards.matrix_versions.edit_matrix": lambda w: call(
        matrix_versions.edit_matrix, matrix=w.matrix, changes={w.matrix: {"name": "Our matrix"}}
    ),
    "hazards.matrix_versions.draft_matrix": lambda w: call(
        matrix_versions.draft_matrix,
        product=w.with_approved_matrix(),
        severities=4,
        likelihoods=6,
        classes=5,
    ),
    "hazards.matrix_versions.discard_matrix": lambda w: call(
        matrix_versions.discard_matrix, matrix=w.another_matrix()
    ),
    "hazards.apply.apply_import": lambda w: call(apply_import, plan=w.plan()),
    "hazards.apply.apply_restore": lambda w: call(apply_restore, plan=w.restore()),
    "hazards.importing_mappings.remember_mapping": lambda w: call(
        importing_mappings.remember_mapping,
        product=w.product,
        layout="0" * 64,
        mapping=Mapping({"A": "name"}, {"severity:3": "Considerable"}),
    ),
    "hazards.importing_jobs.request_import": lambda w: call(
        importing_jobs.request_import,
        product=w.product,
        waiting=w.waiting(),
        fingerprint="0" * 64,
    ),
    # --- reviews and the report
    "reviews.hazard_reviews.record_review": lambda w: call(
        record_review,
        hazard=w.hazard,
        note="Read",
        next_review=w.today + datetime.timedelta(days=90),
    ),
    "reviews.plans.draft_plan": lambda w: call(plans.draft_plan, product=w.product),
    "reviews.plans.edit_plan": lambda w: call(
        plans.edit_plan, plan=w.risk_plan, changes={"purpose": "x"}
    ),
    "reviews.plans.say_of_class": lambda w: call(
        plans.say_of_class,
        plan_class=w.risk_plan.classes.get(risk_class__number=3),
        accepted_by=[Role.ACCOUNTABLE_EXECUTIVE],
        review_months=1,
    ),
    "reviews.plans.write_plan": lambda w: call(
        plans.write_plan,
        plan=w.risk_plan,
        changes={"purpose": "x"},
        classes={3: plans.SaidOfClass([Role.ACCOUNTABLE_EXECUTIVE], 1)},
    ),
    "reviews.plans.sign_plan": lambda w: call(plans.sign_plan, **w.plan_signing()),
    "reviews.plans.reject_plan": lambda w: call(
        plans.reject_plan,
        plan=w.risk_plan,
        seen=read_plan(w.risk_plan).subject.fingerprint,
    ),
    "reviews.appointments.sign_appointment": lambda w: call(
        appointments.sign_appointment, by="executive", **w.appointment()
    ),
    "reviews.acceptances.accept_risks": lambda w: call(
        acceptances.accept_risks, by="executive", **w.acceptable()
    ),
    "reviews.signing.withdraw_sign_off": lambda w: call(
        signing.withdraw_sign_off,
        by="executive",
        sign_off=w.signature(),
        confirmed=proof(w.executive),
    ),
    "safetycase.versions.freeze_version": lambda w: call(
        versions.freeze_version,
        product=w.product,
        release_label=w.report.label,
        phase=LifecyclePhase.FIRST_DEPLOYMENT,
        summary="First version",
        confirmed=proof(w.cso),
    ),
    "safetycase.versions.sign_version": lambda w: call(
        versions.sign_version, by="reviewer", **w.version_to_review()
    ),
    "safetycase.versions.reject_version": lambda w: call(
        versions.reject_version, baseline=w.frozen, seen=w.frozen.report_fingerprint
    ),
    "safetycase.versions.issue_version": lambda w: call(
        versions.issue_version, baseline=w.ready_version()
    ),
    "safetycase.copies.request_copy": lambda w: call(copies.request_copy, baseline=w.frozen),
    "safetycase.pdf_requests.request_pdf": lambda w: call(
        pdf_requests.request_pdf, issue=w.issued()
    ),
    "safetycase.issued_pdfs.keep_issued_pdf": lambda w: call(
        issued_pdfs.keep_issued_pdf,
        by="system",
        issue=w.issued(),
        file="safety-cases/report.pdf",
        content=b"%PDF-",
        pages=1,
    ),
    "safetycase.sections.write_section": lambda w: call(
        sections.write_section, product=w.product, key=SectionKey.INTRODUCTION, narrative="Words"
    ),
    "safetycase.sections.create_sections": lambda _: call(
        sections.create_sections, product=bare_product(), by="system"
    ),
    "safetycase.log_exports.request_log_export": lambda w: call(
        log_exports.request_log_export, product=w.product, form=LogFormat.CSV
    ),
    "safetycase.checks.request_check": lambda w: call(checks.request_check, product=w.product),
    "safetycase.drafts.request_draft": lambda w: call(
        drafts.request_draft, product=w.product, phase=LifecyclePhase.MODIFICATION
    ),
    # --- products
    "products.products.create_product": lambda _: call(
        products.create_product, by="administrator", name="X", slug="x", organisation_name="X"
    ),
    "products.products.edit_product": lambda w: call(
        products.edit_product, product=w.product, changes={"name": "Renamed"}
    ),
    "products.features.create_feature": lambda w: call(
        products.create_feature, product=w.product, title="x"
    ),
    "products.features.edit_feature": lambda w: call(
        products.edit_feature, feature=w.feature, changes={"title": "x"}
    ),
    "products.features.withdraw_feature": lambda w: call(
        products.withdraw_feature, feature=w.feature
    ),
    "products.features.restore_feature": lambda w: call(
        products.restore_feature, feature=w.withdrawn_feature()
    ),
    "products.releases.create_release": lambda w: call(
        products.create_release, product=w.product, label="9.0.0"
    ),
    "products.releases.edit_release": lambda w: call(
        products.edit_release, release=w.release, changes={"summary": "x"}
    ),
    "products.releases.place_release": lambda w: call(
        products.place_release, release=w.release, after=make_release(w.product, "2.0.0")
    ),
    "products.releases.carry_feature": lambda w: call(
        products.carry_feature, release=w.release, feature=w.feature
    ),
    "products.releases.drop_feature": lambda w: call(
        products.drop_feature, release=w.carried(), feature=w.feature
    ),
    "products.releases.change_features": lambda w: call(
        products.change_features, release=w.release, carry=[w.feature.pk], drop=[]
    ),
    "products.intended_use.state_intended_use": lambda w: call(
        products.state_intended_use, product=w.product, purpose="Repeat prescriptions"
    ),
    "products.team.add_member": lambda w: call(
        products.add_member,
        product=w.product,
        person=w.newcomer,
        role=Role.CONTRIBUTOR,
        starts_on=w.today,
    ),
    "products.team.invite_to_team": lambda w: call(
        products.invite_to_team,
        product=w.product,
        email="nora@example.org",
        name="Nora New",
        role=Role.CONTRIBUTOR,
        starts_on=w.today,
        site=SITE,
    ),
    "products.team.end_membership": lambda w: call(
        products.end_membership, membership=w.membership, ends_on=w.today
    ),
    "products.team.change_membership": lambda w: call(
        products.change_membership, membership=w.membership, changes={"ends_on": w.today}
    ),
    "products.team.resend_invitation": lambda w: call(
        products.resend_invitation, membership=w.membership, site=SITE
    ),
    "products.team.withdraw_team_invitation": lambda w: call(
        products.withdraw_team_invitation,
        membership=(w.membership, w.invited())[0],
    ),
    "products.comments.add_comment": lambda w: call(
        products.add_comment, about=w.about, text="Is it so?", people=[w.cso]
    ),
    "products.comments.edit_comment": lambda w: call(
        products.edit_comment, comment=w.comment, about=w.about, text="Is it so?"
    ),
    "products.comments.withdraw_comment": lambda w: call(
        products.withdraw_comment, comment=w.comment, about=w.about
    ),
    "products.jobs.request_job": lambda w: call(
        products.request_job, product=w.product, kind="test"
    ),
    "products.jobs.start_job": lambda w: call(products.start_job, by="", job=w.job(started=False)),
    "products.jobs.job_progress": lambda w: call(products.job_progress, by="", job=w.job(), done=1),
    "products.jobs.finish_job": lambda w: call(products.finish_job, by="", job=w.job()),
    "products.jobs.fail_job": lambda w: call(products.fail_job, by="", job=w.job(), message="x"),
    # --- people
    "accounts.people.system_person": lambda _: call(people.system_person, by=""),
    "accounts.people.create_person": lambda _: call(
        people.create_person, by="administrator", email="x@example.org", name="X"
    ),
    "accounts.people.add_person": lambda _: call(
        people.add_person, email="x@example.org", name="X"
    ),
    "accounts.people.edit_profile": lambda w: call(
        people.edit_profile, by="administrator", profile=w.profile(), changes={"name": "Renamed"}
    ),
    "accounts.notifications.mark_read": lambda w: call(
        people.mark_read, notification=w.notification
    ),
    "accounts.notifications.mark_all_read": lambda w: call(
        people.mark_all_read, by=("cso", w.notification)[0]
    ),
    "accounts.sign_in.deactivate_person": lambda w: call(
        people.deactivate_person, by="administrator", person=w.newcomer
    ),
    "accounts.sign_in.reactivate_person": lambda w: call(
        people.reactivate_person, by="administrator", person=w.deactivated()
    ),
    "accounts.sign_in.give_password": lambda w: call(
        people.give_password, by="system", person=w.newcomer, password="correct horse battery"
    ),
    "accounts.invitations.invite_person": lambda w: call(
        people.invite_person, by="administrator", person=w.newcomer, site=SITE
    ),
    "accounts.invitations.send_invitation": lambda w: call(
        people.send_invitation, person=w.newcomer, site=SITE
    ),
    "accounts.invitations.withdraw_invitation": lambda w: call(
        people.withdraw_invitation, by="administrator", person=w.invited()
    ),
    "accounts.invitations.withdraw_open_invitation": lambda w: call(
        people.withdraw_open_invitation, person=w.invited()
    ),
    "accounts.invitations.accept_invitation": lambda w: call(
        people.accept_invitation, by="", token=_token(w), password="correct horse battery"
    ),
}


def bare_product() -> Product:
    """A product as it is before the packages above have added anything."""
    by = system_person()
    with act(by=by, reason="Set up for a test"):
        organisation = Organisation(name="Bare Ltd")
        organisation.save()
        product = Product(name="Bare", slug="bare", organisation=organisation)
        product.save()
    return product


def _token(world: World) -> str:
    """The token of an open invitation, as it stands in the mail."""
    with TestCase.captureOnCommitCallbacks(execute=True):
        world.invited()
    return str(mail.outbox[-1].body).split("/invitation/")[1].split("/")[0]
