"""Every address of the site, with what is needed to call it and who may."""

import hashlib
from collections.abc import Callable
from typing import Any, NamedTuple

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from accounts.models import Profile
from audit.acts import act
from hazards.actions.evidence import keep_evidence_file
from hazards.actions.hazards import edit_hazard
from hazards.acts_to_undo import last_change_of
from hazards.importing.intake import Brought, prepare
from hazards.importing.waiting import keep_preview
from hazards.models import ImportBatch
from products.actions import finish_job, start_job, state_intended_use
from safetycase.models import RenderedPdf
from tests.hazards.factories import an_assumption
from tests.laws.every_action import READY, SAMPLE, World
from tests.laws.test_who_may import MAY
from tests.reviews.factories import appointment_of
from tests.safetycase.factories import a_frozen_version

Needs = Callable[[World], dict[str, Any]]


def nothing(world: World) -> dict[str, Any]:
    return {}


def on_product(world: World) -> dict[str, Any]:
    return {"slug": world.product.slug}


def on_hazard(world: World) -> dict[str, Any]:
    return {"slug": world.product.slug, "reference": world.hazard.reference}


def on_shared_control(world: World) -> dict[str, Any]:
    return on_product(world) | {"reference": world.control.reference}


def on_finding(world: World) -> dict[str, Any]:
    """A warning on a live hazard."""
    about = {"rule": "HZ01", "about": world.warned.reference, "subject": "-"}
    return on_product(world) | about


def on_waiver(world: World) -> dict[str, Any]:
    return on_product(world) | {"public_id": world.waiver().public_id}


def on_legacy_list(world: World) -> dict[str, Any]:
    legacy = READY["hazards.quality_legacy.list_legacy"](world).make(world.cso)
    return on_product(world) | {"public_id": legacy.public_id}


def on_comment(world: World) -> dict[str, Any]:
    return on_hazard(world) | {"public_id": world.comment.public_id}


def on_feature(world: World) -> dict[str, Any]:
    return {"slug": world.product.slug, "reference": world.feature.reference}


def on_release(world: World) -> dict[str, Any]:
    return {"slug": world.product.slug, "label": world.release.label}


def on_control(world: World) -> dict[str, Any]:
    return on_hazard(world) | {"control": world.control.reference}


def on_cause(world: World) -> dict[str, Any]:
    return on_hazard(world) | {"pk": world.cause.pk}


def on_harm(world: World) -> dict[str, Any]:
    return on_hazard(world) | {"pk": world.harm.pk}


def on_family(world: World) -> dict[str, Any]:
    return on_product(world) | {"family": "identity"}


def on_entry(world: World) -> dict[str, Any]:
    return on_product(world) | {"entry": "identity-other-record"}


def on_matrix(world: World) -> dict[str, Any]:
    """A draft beside the matrix in use, which no other product has under its number."""
    return on_product(world) | {"number": world.another_matrix().number}


def on_change_of_name(world: World) -> dict[str, Any]:
    """The officer's renaming of the hazard; whoever else tries is told that it is not theirs."""
    edit_hazard(hazard=world.hazard, by=world.cso, changes={"name": "Renamed"})
    change = last_change_of(world.hazard, world.cso)
    assert change is not None
    return on_hazard(world) | {"cell": "name", "act": change.id}


def on_saved_view(world: World) -> dict[str, Any]:
    return on_product(world) | {"public_id": world.saved_view.public_id}


def on_evidence(world: World) -> dict[str, Any]:
    return on_hazard(world) | {"pk": world.evidence.pk}


def on_assumption(world: World) -> dict[str, Any]:
    assumption = an_assumption(world.product, world.cso, hazard=world.hazard)
    return on_hazard(world) | {"pk": assumption.pk}


def on_linked_feature(world: World) -> dict[str, Any]:
    world.linked()
    return on_hazard(world) | {"feature": world.feature.reference}


def on_linked_hazard(world: World) -> dict[str, Any]:
    world.linked()
    return on_feature(world) | {"hazard": world.hazard.reference}


def on_harmful_hazard(world: World) -> dict[str, Any]:
    assert world.harm.pk
    return on_hazard(world)


def on_section(world: World) -> dict[str, Any]:
    return on_product(world) | {"key": "introduction"}


def on_officer(world: World) -> dict[str, Any]:
    return {"public_id": Profile.objects.get(user=world.cso).public_id}


def on_newcomer(world: World) -> dict[str, Any]:
    """Somebody who is on nobody's team yet."""
    return {"public_id": Profile.objects.get(user=world.newcomer).public_id}


def on_role(world: World) -> dict[str, Any]:
    return on_product(world) | {"public_id": world.membership.public_id}


def on_invited_role(world: World) -> dict[str, Any]:
    role = on_role(world)
    world.invited()
    return role


def on_invited_person(world: World) -> dict[str, Any]:
    return {"public_id": Profile.objects.get(user=world.invited()).public_id}


def on_deactivated_person(world: World) -> dict[str, Any]:
    return {"public_id": Profile.objects.get(user=world.deactivated()).public_id}


def on_job(world: World) -> dict[str, Any]:
    job = READY["safetycase.drafts.request_draft"](world).make(world.cso)
    return on_product(world) | {"public_id": job.public_id}


def on_check(world: World) -> dict[str, Any]:
    job = READY["safetycase.checks.request_check"](world).make(world.cso)
    return on_product(world) | {"public_id": job.public_id}


def on_finished_draft(world: World) -> dict[str, Any]:
    job = READY["safetycase.drafts.request_draft"](world).make(world.cso)
    start_job(job=job)
    file = default_storage.save("drafts/x.pdf", ContentFile(b"%PDF-1.7"))
    finish_job(job=job, result={"file": file, "file_name": "draft.pdf"})
    return on_product(world) | {"public_id": job.public_id}


def on_finished_export(world: World) -> dict[str, Any]:
    job = READY["safetycase.log_exports.request_log_export"](world).make(world.cso)
    start_job(job=job)
    file = default_storage.save("exports/x.csv", ContentFile(b"Hazard Number"))
    finish_job(job=job, result={"file": file, "file_name": "log.csv"})
    return on_product(world) | {"public_id": job.public_id}


def on_version(world: World) -> dict[str, Any]:
    return on_product(world) | {"number": world.frozen.number}


def on_candidate(world: World) -> dict[str, Any]:
    return on_product(world) | {"public_id": world.frozen.public_id}


def on_older_candidate(world: World) -> dict[str, Any]:
    """An attempt that another one has overtaken: the newest has its page under the number."""
    older = on_candidate(world)
    a_frozen_version(world.product, world.cso, world.report.label)
    return older


def on_ready_candidate(world: World) -> dict[str, Any]:
    return on_product(world) | {"public_id": world.ready_version().public_id}


def on_issued_version(world: World) -> dict[str, Any]:
    return on_product(world) | {"number": world.issued().number}


def on_issued_pdf(world: World) -> dict[str, Any]:
    issue = world.issued()
    content = b"%PDF-1.7"
    with act(by=world.cso, reason="Made the PDF", scope=world.product.scope):
        RenderedPdf(
            issue=issue,
            name="v1.pdf",
            file=default_storage.save("safety-cases/x.pdf", ContentFile(content)),
            size=len(content),
            pages=1,
            sha256=hashlib.sha256(content).hexdigest(),
        ).save()
    return on_product(world) | {"number": issue.number}


def on_finished_copy(world: World) -> dict[str, Any]:
    job = READY["safetycase.copies.request_copy"](world).make(world.cso)
    start_job(job=job)
    file = default_storage.save("copies/x.pdf", ContentFile(b"%PDF-1.7"))
    finish_job(job=job, result={"file": file, "file_name": "copy.pdf"})
    return on_product(world) | {"public_id": job.public_id}


def on_file(world: World) -> dict[str, Any]:
    file = keep_evidence_file(
        product=world.product, by=world.cso, name="run.txt", content=b"It passed.\n"
    )
    return on_product(world) | {"public_id": file.public_id}


def on_import(world: World) -> dict[str, Any]:
    READY["hazards.apply.apply_import"](world).make(world.cso)
    return on_product(world) | {"public_id": ImportBatch.objects.get().public_id}


def on_waiting_file(world: World) -> dict[str, Any]:
    """A file that the clinical safety officer sent and has not confirmed."""
    return on_product(world) | {"key": world.waiting().id}


def on_previewed_file(world: World) -> dict[str, Any]:
    """The same, with its preview."""
    waiting = on_waiting_file(world)
    brought = Brought(SAMPLE.name, SAMPLE.read_bytes())
    prepared = prepare(product=world.product, brought=brought, by=world.cso)
    keep_preview(waiting["key"], prepared.report)
    return waiting


def on_import_job(world: World) -> dict[str, Any]:
    job = READY["hazards.importing_jobs.request_import"](world).make(world.cso)
    return on_product(world) | {"public_id": job.public_id}


def on_statement(world: World) -> dict[str, Any]:
    state_intended_use(product=world.product, by=world.cso, purpose="Repeats", reason="First")
    return on_product(world) | {"number": 1}


def on_plan(world: World) -> dict[str, Any]:
    return on_product(world) | {"number": world.risk_plan.number}


def on_appointment(world: World) -> dict[str, Any]:
    return on_product(world) | {"public_id": appointment_of(world.product, world.cso).public_id}


def on_signature(world: World) -> dict[str, Any]:
    return on_product(world) | {"public_id": world.signature().public_id}


#: Addresses from which a file leaves; each time is in the record.
DOWNLOADS = {
    "evidence_file",
    "draft_download",
    "log_export",
    "log_export_download",
    "history_csv",
    "history_xlsx",
    "version_copy_download",
    "version_pdf",
    "version_json",
    "version_xlsx",
    "version_csv",
}


#: The people of each row, in this order; the marks of ``test_who_may`` and two more.
PEOPLE = {
    "o": "signed out",
    "s": "a stranger",
    "A": "an auditor",
    "E": "a contributor",
    "P": "a product manager",
    "S": "a clinical safety officer",
    "X": "an accountable executive",
    "a": "an administrator",
}


class Address(NamedTuple):
    """What an address needs, and the codes that each of PEOPLE gets; a POST has an empty body."""

    needs: Needs
    get: str
    post: str


def may(ability: str, code: int = 200) -> str:
    """The code for whoever has the ability; 403 for other readers, 404 for strangers."""
    rest = [str(code if mark in MAY[ability] else 403) for mark in "AEPSXa"]
    return " ".join(["302", "404", *rest])


READ = may("READ")
NEVER = "302 405 405 405 405 405 405 405"
ADMINISTRATORS = "302 403 403 403 403 403 403 200"
EVERYBODY = "302 200 200 200 200 200 200 200"
PUBLIC = "200 200 200 200 200 200 200 200"


def page(needs: Needs = on_product, ability: str = "READ") -> Address:
    """A page that is read."""
    return Address(needs, may(ability), NEVER)


def form(needs: Needs, ability: str, empty: int = 422) -> Address:
    """A page with a form; ``empty`` is what an empty one is answered with."""
    return Address(needs, may(ability), may(ability, empty))


def button(needs: Needs, ability: str, done: int = 302) -> Address:
    """An address that is only posted to."""
    return Address(needs, NEVER, may(ability, done))


def managing(needs: Needs = on_officer) -> Address:
    """A form by which administrators manage people: colleagues may see whom it is about."""
    return Address(needs, "302 404 403 403 403 403 403 200", "302 404 403 403 403 403 403 422")


ADDRESSES: dict[str, Address] = {
    # --- signing in
    "account_login": Address(
        nothing, "200 302 302 302 302 302 302 302", "200 302 302 302 302 302 302 302"
    ),
    "account_logout": Address(nothing, EVERYBODY, "302 302 302 302 302 302 302 302"),
    "account_inactive": Address(nothing, PUBLIC, "405 405 405 405 405 405 405 405"),
    "account_signup": Address(
        nothing, "200 302 302 302 302 302 302 302", "200 302 302 302 302 302 302 302"
    ),
    "account_reauthenticate": Address(nothing, EVERYBODY, EVERYBODY),
    "account_change_password": Address(nothing, EVERYBODY, EVERYBODY),
    "account_reset_password": Address(nothing, PUBLIC, PUBLIC),
    "account_reset_password_done": Address(nothing, PUBLIC, "405 405 405 405 405 405 405 405"),
    "account_reset_password_from_key": Address(
        lambda _: {"uidb36": "1", "key": "x-y"}, PUBLIC, PUBLIC
    ),
    "account_reset_password_from_key_done": Address(
        nothing, PUBLIC, "405 405 405 405 405 405 405 405"
    ),
    "accept_invitation": Address(
        lambda _: {"token": "x"},
        "404 404 404 404 404 404 404 404",
        "404 404 404 404 404 404 404 404",
    ),
    # --- people
    "people": Address(nothing, ADMINISTRATORS, NEVER),
    "person_new": Address(nothing, ADMINISTRATORS, "302 403 403 403 403 403 403 422"),
    "my_profile": Address(nothing, "302 302 302 302 302 302 302 302", NEVER),
    "person": Address(on_officer, "302 404 200 200 200 200 200 200", NEVER),
    "person_edit": Address(  # one's own, and administrators
        on_officer, "302 404 403 403 403 200 403 200", "302 404 403 403 403 422 403 422"
    ),
    "registration_check": managing(),
    "person_administrator": managing(),
    "person_deactivate": managing(),
    # Of these nobody is a colleague, so nobody but administrators sees them.
    "person_reactivate": Address(
        on_deactivated_person, "302 404 404 404 404 404 404 200", "302 404 404 404 404 404 404 422"
    ),
    # Refused before anybody is looked up, so the answer tells nothing of who is there.
    "person_invite": Address(on_newcomer, NEVER, "302 403 403 403 403 403 403 302"),
    "person_withdraw_invitation": Address(
        on_invited_person, NEVER, "302 403 403 403 403 403 403 302"
    ),
    "person_history": Address(on_officer, "302 404 200 200 200 200 200 200", NEVER),
    "notifications": Address(nothing, EVERYBODY, NEVER),
    "notifications_read": Address(nothing, NEVER, "302 302 302 302 302 302 302 302"),
    # The officer was told.
    "notification_open": Address(
        lambda world: {"pk": world.notification.pk},
        NEVER,
        "302 404 404 404 404 302 404 404",
    ),
    # --- products
    "my_work": Address(nothing, EVERYBODY, NEVER),
    "product_new": Address(nothing, ADMINISTRATORS, "302 403 403 403 403 403 403 422"),
    "product_home": page(),
    "product_missing": page(),
    "product_settings": form(on_product, "MANAGE_FEATURES"),
    "product_history": page(),
    "history_csv": page(),
    "history_xlsx": page(),
    "record_check_request": button(on_product, "READ"),
    "record_check": page(on_check),
    "intended_use": page(),
    "intended_use_edit": form(on_product, "STATE_INTENDED_USE"),
    "intended_use_version": page(on_statement),
    # Administrators look after the team and read nothing else of the product.
    "team": Address(on_product, "302 404 200 200 200 200 200 200", NEVER),
    "team_add": form(on_product, "MANAGE_TEAM"),
    "team_history": page(),
    "membership_edit": form(on_role, "MANAGE_TEAM"),
    "membership_end": form(on_role, "MANAGE_TEAM"),
    "invitation_resend": button(on_role, "MANAGE_TEAM"),
    "invitation_withdraw": button(on_invited_role, "MANAGE_TEAM"),
    "feature_list": page(),
    "feature_new": form(on_product, "MANAGE_FEATURES"),
    "feature_detail": page(on_feature),
    "feature_edit": form(on_feature, "MANAGE_FEATURES"),
    "feature_withdraw": form(on_feature, "MANAGE_FEATURES"),
    "feature_restore": form(on_feature, "MANAGE_FEATURES"),
    "feature_history": page(on_feature),
    "release_list": page(),
    "release_new": form(on_product, "MANAGE_FEATURES"),
    "release_detail": page(on_release),
    "release_edit": form(on_release, "MANAGE_FEATURES"),
    "release_features": form(on_release, "MANAGE_FEATURES"),
    "release_place": form(on_release, "MANAGE_FEATURES"),
    "release_history": page(on_release),
    # --- the hazard log
    "hazard_log": page(),
    "saved_view_list": page(),
    "saved_view_new": form(on_product, "KEEP_VIEWS"),
    # A view of the team: the officer, whose it is, may change it, and nobody else.
    "saved_view_edit": Address(
        on_saved_view, "302 404 403 403 403 200 403 403", "302 404 403 403 403 422 403 403"
    ),
    "saved_view_withdraw": Address(on_saved_view, NEVER, "302 404 403 403 403 302 403 403"),
    "quality": page(),
    "quality_check": button(on_product, "EDIT_LOG"),
    "quality_rules": page(),
    "finding_waive": form(on_finding, "EDIT_LOG"),
    "waiver_list": page(),
    "waiver_withdraw": form(on_waiver, "EDIT_LOG"),
    "challenge": page(),
    "challenge_answer": form(on_finding, "EDIT_LOG"),
    "legacy_list": page(on_legacy_list),
    # Everybody reads what would be signed.
    "legacy_list_sign": Address(on_legacy_list, READ, "302 404 403 403 403 422 403 403"),
    "go_to": page(),
    "log_change": Address(on_product, may("EDIT_LOG", 302), may("EDIT_LOG", 422)),
    "log_cell": form(lambda world: on_hazard(world) | {"cell": "name"}, "EDIT_LOG"),
    "log_cell_undo": Address(on_change_of_name, NEVER, "302 404 403 403 403 302 403 403"),
    "log_risk": form(lambda world: on_hazard(world) | {"stage": "initial"}, "ESTIMATE"),
    "hazard_new": form(on_product, "EDIT_LOG"),
    "hazard_bow_tie": page(on_hazard),
    "hazard_detail": page(on_hazard),
    "hazard_edit": form(lambda world: on_hazard(world) | {"group": "words"}, "EDIT_LOG"),
    "hazard_status": form(on_hazard, "GOVERN_LOG"),
    "hazard_make_live": form(on_harmful_hazard, "GOVERN_LOG", empty=302),  # needs no words
    "hazard_withdraw": form(on_hazard, "GOVERN_LOG"),
    "hazard_restore": form(on_hazard, "GOVERN_LOG"),
    # Only who made a change takes it back: the officer raised the hazard, nobody else touched it.
    "hazard_undo": form(on_hazard, "EDIT_LOG"),
    "act_undo": Address(
        lambda world: on_product(world) | {"act": world.renamed()},
        "302 404 403 403 403 200 403 403",
        "302 404 403 403 403 302 403 403",
    ),
    "hazard_merge": form(on_hazard, "GOVERN_LOG"),
    "hazard_merge_into": form(
        lambda world: on_hazard(world) | {"into": world.other.reference}, "GOVERN_LOG"
    ),
    "hazard_split": form(on_hazard, "GOVERN_LOG"),
    "control_list": page(),
    "control_detail": page(on_shared_control),
    "control_share": form(on_shared_control, "EDIT_LOG"),
    "control_merge": form(on_shared_control, "EDIT_LOG"),
    "hazard_comments": page(on_hazard),
    "comment_add": form(on_hazard, "COMMENT"),
    "comment_reply": form(on_comment, "COMMENT"),
    # The officer wrote it.
    "comment_edit": Address(
        on_comment, "302 404 403 403 403 200 403 403", "302 404 403 403 403 422 403 403"
    ),
    "comment_withdraw": Address(
        on_comment, "302 404 403 403 403 200 403 403", "302 404 403 403 403 302 403 403"
    ),
    "hazard_history": page(on_hazard),
    "hazard_history_recent": page(on_hazard),
    "cause_add": form(on_hazard, "EDIT_LOG"),
    "cause_edit": form(on_cause, "EDIT_LOG"),
    "cause_withdraw": form(on_cause, "EDIT_LOG"),
    "harm_add": form(on_hazard, "EDIT_LOG"),
    "harm_edit": form(on_harm, "EDIT_LOG"),
    "harm_withdraw": form(on_harm, "EDIT_LOG"),
    "control_add": form(on_hazard, "EDIT_LOG"),
    "control_link": form(on_hazard, "EDIT_LOG"),
    "control_edit": form(on_control, "EDIT_LOG"),
    "control_state": form(on_control, "EDIT_LOG"),
    "control_acts_on": form(on_control, "EDIT_LOG", empty=302),  # on the whole hazard
    "control_unlink": form(on_control, "EDIT_LOG"),
    "control_new_hazards": form(on_control, "EDIT_LOG"),
    "evidence_add": form(on_control, "EDIT_LOG"),
    "evidence_unlink": form(
        lambda world: on_control(world) | {"pk": world.evidence.pk}, "EDIT_LOG"
    ),
    "evidence_edit": form(on_evidence, "EDIT_LOG"),
    "evidence_link": form(on_evidence, "EDIT_LOG"),
    "evidence_withdraw": form(on_evidence, "EDIT_LOG"),
    "evidence_file": page(on_file),
    "estimate": form(lambda world: on_hazard(world) | {"stage": "initial"}, "ESTIMATE"),
    "assumption_add": form(on_hazard, "EDIT_LOG"),
    "assumption_edit": form(on_assumption, "EDIT_LOG"),
    "hazard_feature_link": form(on_hazard, "LINK_FEATURES"),
    "hazard_feature_unlink": form(on_linked_feature, "LINK_FEATURES", empty=302),
    "feature_hazards_link": form(on_feature, "LINK_FEATURES"),
    "feature_hazard_unlink": button(on_linked_hazard, "LINK_FEATURES"),
    "hazard_library": page(),
    "library_draft": form(on_entry, "EDIT_LOG"),
    "library_set_aside": form(on_family, "EDIT_LOG"),
    # An empty one takes it back, or is told that it was not set aside.
    "library_take_back": form(on_family, "EDIT_LOG"),
    "risk_matrix": page(),
    "risk_movement": page(),
    "risk_trend": page(),
    "traceability": page(),
    "risk_matrix_approve": button(on_matrix, "GOVERN_LOG"),
    "risk_matrix_changes": page(on_matrix),
    "risk_matrix_discard": form(on_matrix, "WRITE_PLAN"),
    "risk_matrix_edit": form(on_matrix, "WRITE_PLAN"),
    "risk_matrix_new": form(on_product, "WRITE_PLAN"),
    "risk_matrix_version": page(on_matrix),
    "import_hazards": form(on_product, "IMPORT_LOG", empty=200),
    # Only who sent the file may look at it and confirm it; the officer did.
    "import_columns": form(on_waiting_file, "IMPORT_LOG"),
    "import_preview": form(on_previewed_file, "IMPORT_LOG", empty=200),
    "import_job": page(on_import_job, "IMPORT_LOG"),
    "import_progress": page(on_import_job, "IMPORT_LOG"),
    "import_list": page(),
    "import_report": page(on_import),
    # --- reviews
    "review_list": page(),
    "review_record": form(on_hazard, "REVIEW", empty=200),
    "plan": page(),
    "plan_draft": button(on_product, "WRITE_PLAN"),
    "plan_version": page(on_plan),
    "plan_edit": form(on_plan, "WRITE_PLAN"),
    # Everybody reads what is signed; a signature of another role is refused.
    "plan_sign": Address(
        lambda world: on_plan(world) | {"meaning": "approved"},
        READ,
        "302 404 403 403 403 422 403 403",
    ),
    "plan_reject": Address(
        on_plan, "302 404 403 403 403 200 200 403", "302 404 403 403 403 422 422 403"
    ),
    "plan_history": page(on_plan),
    "appointment": Address(on_appointment, READ, "302 404 403 403 403 403 422 403"),
    "acceptances": Address(on_product, READ, may("SIGN", 422)),
    "sign_off": page(on_signature),
    # The executive gave it.
    "sign_off_withdraw": Address(
        on_signature, "302 404 403 403 403 403 200 403", "302 404 403 403 403 403 422 403"
    ),
    # --- the report
    "safety_case": page(),
    "draft_request": button(on_product, "MAKE_DRAFT", done=422),
    "draft_download": page(on_finished_draft, "MAKE_DRAFT"),
    "log_export": page(),
    "log_export_request": button(on_product, "READ"),
    "log_export_download": page(on_finished_export),
    "job_detail": page(on_job),
    "job_progress": page(on_job),
    "section": page(on_section),
    "section_edit": form(on_section, "WRITE_REPORT", empty=302),  # an empty section is allowed
    "section_preview": button(on_section, "WRITE_REPORT", done=200),
    "section_history": page(on_section),
    # --- its versions
    "hazard_versions": page(on_hazard),
    "version_freeze": form(on_product, "FREEZE"),
    "version_compare": page(),
    "version_detail": page(on_version),
    "version_candidate": page(on_older_candidate),
    # Everybody reads what is signed; a signature of another role is refused.
    "version_sign": Address(
        lambda world: on_candidate(world) | {"meaning": "reviewed"},
        READ,
        "302 404 403 403 403 422 403 403",
    ),
    "version_reject": Address(
        on_candidate, "302 404 403 403 403 200 200 403", "302 404 403 403 403 422 422 403"
    ),
    "version_issue": form(on_ready_candidate, "ISSUE", empty=302),  # nothing changed since
    "version_pdf_request": button(on_ready_candidate, "ISSUE"),
    "version_copy_request": button(on_candidate, "MAKE_DRAFT"),
    "version_copy_download": page(on_finished_copy, "MAKE_DRAFT"),
    "version_pdf": page(on_issued_pdf),
    "version_json": page(on_issued_version),
    "version_xlsx": page(on_issued_version),
    "version_csv": page(on_issued_version),
    # --- for machines
    "healthz": Address(nothing, PUBLIC, "405 405 405 405 405 405 405 405"),
    "readyz": Address(nothing, PUBLIC, "405 405 405 405 405 405 405 405"),
}
