"""A version as it is issued, for tests: a snapshot of the story and its approval, made by hand."""

import copy

from audit.canonical import canonical_json, sha256_of
from reviews.choices import Meaning
from safetycase.approval import Approval, PrintedSignature
from safetycase.snapshot import Snapshot
from safetycase.snapshot.shape import DocumentShape
from safetycase.snapshot.version_shapes import AcceptanceShape, PlanShape
from tests.safetycase.conftest import snapshot_of
from tests.safetycase.story import Story

ISSUED_AT = "2026-05-04T08:30:00.000000Z"
LOG_PRINT, REPORT_PRINT, SEAL = "a1" * 32, "b2" * 32, "c3" * 32

DOCUMENT = DocumentShape(
    kind="version",
    made_at="2026-05-03T09:42:00.000000Z",
    made_by="Bridget Between",
    made_by_words="Clinical product manager, GMC 1112223",
    draft_number=None,
    number=2,
    attempt=3,
    summary="The yearly prescription, and what it asks of pharmacies.",
    replaces=1,
)
PLAN = PlanShape(
    number=4,
    purpose="How clinical risk is managed here",
    governance="The team meets at each kick-off",
    activities="",
    competence="Everybody has read this plan",
    process_review="",
    matrix_number=1,
    phases_words=["Before first deployment", "Decommissioning"],
    needs_authorisation=True,
    classes=[
        {"number": 3, "accepted_by_words": "Accountable executive", "review_months": 3},
        {"number": 1, "accepted_by_words": "", "review_months": 12},
    ],
    signatures=[
        {
            "meaning_words": "Approved",
            "name": "Clara Officer",
            "role_words": "Clinical safety officer",
            "registration": "GMC 7654321",
            "at": "2026-02-01T10:00:00.000000Z",
        }
    ],
)
ACCEPTANCE = AcceptanceShape(
    by="Edith Executive",
    job_title="Chief executive",
    registration="",
    authority_words="Accountable executive",
    plan=4,
    at="2026-05-02T10:00:00.000000Z",
    why="A longer buffer would keep stopped medicines at home",
    was_provisional=True,
    class_number=3,
    severity="Major",
    likelihood="Low",
    cause=None,
    stands=True,
    why_not=[],
)


def version_of(story: Story) -> Snapshot:
    """The story frozen as version 2, with a plan, a version before it, and two risks to accept:
    one accepted, one whose acceptance lapsed."""
    snapshot = copy.deepcopy(snapshot_of(story, document=DOCUMENT))
    snapshot["plan"] = copy.deepcopy(PLAN)
    snapshot["revisions"] = [
        {
            "version": 1,
            "release": "1.0.0",
            "phase_words": "Before first deployment",
            "at": "2026-03-01T12:00:00.000000Z",
            "author": "Bridget Between",
            "summary": "First version.",
        }
    ]
    accepted, lapsed = [
        each["residual"]
        for each in snapshot["hazards"]
        if any(estimate["needs_acceptance"] for estimate in each["residual"]["current"])
    ]
    for estimate in accepted["current"]:
        estimate["acceptance"] = copy.deepcopy(ACCEPTANCE)
    lapsed["lapsed"] = [
        {**ACCEPTANCE, "stands": False, "why_not": ["The risk was estimated anew."]}
    ]
    return snapshot


def approval_of(snapshot: Snapshot, changed_since: str = "") -> Approval:
    """Four people signed, three of them both the hazard log and the report on one page."""
    return Approval(
        version=2,
        issued_at=ISSUED_AT,
        issued_by="Clara Officer",
        log_fingerprint=LOG_PRINT,
        report_fingerprint=REPORT_PRINT,
        content_sha256=sha256_of(canonical_json(snapshot)),
        seal_number=17,
        seal_sha256=SEAL,
        changed_since=changed_since,
        signatures=[
            *both(Meaning.AUTHORED, "Bridget Between", "Clinical product manager", "10:00"),
            *both(Meaning.REVIEWED, "Colin Clinician", "Clinician", "11:00"),
            *both(Meaning.APPROVED, "Clara Officer", "Clinical safety officer", "12:00"),
            both(Meaning.AUTHORISED, "Edith Executive", "Accountable executive", "13:00")[1],
        ],
    )


def both(meaning: Meaning, name: str, role: str, at: str) -> list[PrintedSignature]:
    """The signatures under hazard log and report that one person gave on one page."""
    return [
        PrintedSignature(
            meaning=meaning.value,
            statement=f"As {role.lower()} I have {meaning.label.lower()} the {subject}.",
            subject=subject,
            name=name,
            role=role,
            job_title=f"{role} of the company",
            registration="" if meaning is Meaning.AUTHORISED else "GMC 7654321",
            at=f"2026-05-03T{at}:00.000000Z",
            method="password",
            fingerprint=fingerprint,
        )
        for subject, fingerprint in (
            ("version 2 of the hazard log", LOG_PRINT),
            ("version 2 of the safety case report", REPORT_PRINT),
        )
    ]
