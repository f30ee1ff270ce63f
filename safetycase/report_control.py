"""Document control of a report: a draft, a frozen version or an issued one, in words.

What stands on its title page, in its footers and under its signatures. Plain values only.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from reviews.choices import Meaning
from safetycase.approval import Approval, PrintedSignature
from safetycase.log_files.title import Revision, VersionTitle, moment_in_words
from safetycase.snapshot.shape import DocumentShape, Snapshot

#: How much of a fingerprint stands in a footer; document control holds it whole.
SHORTENED = 16  # characters

#: How a person proved who they are when they signed, by the stored value.
_METHODS = {"password": "gave their password once more on the page that was signed"}


@dataclass(frozen=True)
class SignedPage:
    """What a person signed on one page: the hazard log, the report, or both together."""

    meaning: str
    name: str
    role: str
    job_title: str
    registration: str
    at: str
    method: str
    signatures: list[PrintedSignature]

    @property
    def when(self) -> str:
        """When, in local time and in UTC."""
        return moment_in_words(self.at)


@dataclass(frozen=True)
class DocumentControl:
    """What a document says of itself. ``mark`` stands on every page of one that is not issued."""

    mark: str
    version: str
    state: str
    title: str
    description: str
    modified: str
    footer: tuple[str, str]
    signed: list[SignedPage]
    approval: Approval | None

    @property
    def is_issued(self) -> bool:
        """Whether it is the document of an issued version."""
        return self.approval is not None


def control_of(snapshot: Snapshot, approval: Approval | None) -> DocumentControl:
    """The document control of a snapshot; with its approval, of an issued version."""
    if approval is not None:
        return _issued(snapshot, approval)
    if snapshot["document"]["kind"] == "version":
        return _frozen(snapshot)
    return _draft(snapshot)


def log_title(snapshot: Snapshot, approval: Approval) -> VersionTitle:
    """The title of the hazard log's files that accompany an issued report."""
    document = snapshot["document"]
    before = [
        Revision(str(each["version"]), each["at"], each["author"], each["summary"])
        for each in snapshot["revisions"]
    ]
    this = Revision(
        str(approval.version), approval.issued_at, document["made_by"], document["summary"]
    )
    return VersionTitle(str(approval.version), "Issued", approval.issued_at, [*before, this])


def _draft(snapshot: Snapshot) -> DocumentControl:
    document = snapshot["document"]
    version = f"Draft {document['draft_number']}" if document["draft_number"] else "Draft"
    made = moment_in_words(document["made_at"])
    return DocumentControl(
        mark="DRAFT",
        version=version,
        state="Draft: not reviewed, not approved, not issued",
        title=f"{_title(snapshot)} (draft)",
        description=(
            "Draft clinical safety case report with its hazard log. Not approved, not signed."
        ),
        modified=document["made_at"],
        footer=(f"{version}, {made}: not approved, not signed", ""),
        signed=[],
        approval=None,
    )


def _frozen(snapshot: Snapshot) -> DocumentControl:
    document = snapshot["document"]
    version = _version_in_words(document)
    frozen = f"frozen {moment_in_words(document['made_at'])} by {document['made_by']}"
    return DocumentControl(
        mark="NOT ISSUED",
        version=version,
        state="Frozen for review and approval: not issued",
        title=f"{_title(snapshot)}, {version.lower()} (not issued)",
        description=(
            "Frozen clinical safety case report with its hazard log, for those who review and "
            "approve it. Not issued."
        ),
        modified=document["made_at"],
        footer=(f"{version}, {frozen}: not issued", ""),
        signed=[],
        approval=None,
    )


def _issued(snapshot: Snapshot, approval: Approval) -> DocumentControl:
    version = f"Version {approval.version}"
    issued = f"issued {moment_in_words(approval.issued_at)} by {approval.issued_by}"
    return DocumentControl(
        mark="",
        version=version,
        state=f"{issued[:1].upper()}{issued[1:]}",
        title=f"{_title(snapshot)}, {version.lower()}",
        description="Clinical safety case report with its hazard log, signed and issued.",
        modified=approval.issued_at,
        footer=(
            f"{snapshot['product']['name']}, safety case report, {version.lower()}",
            f"Fingerprint {shortened(approval.report_fingerprint)} · "
            f"seal {approval.seal_number} {shortened(approval.seal_sha256)}",
        ),
        signed=signed_pages(approval.signatures),
        approval=approval,
    )


def signed_pages(signatures: Iterable[PrintedSignature]) -> list[SignedPage]:
    """Signatures by the page on which they were given, in the order in which they were given."""
    by_page = groupby(signatures, key=lambda each: (each.meaning, each.name, each.at, each.method))
    return [_page(list(found)) for _, found in by_page]


def shortened(digest: str) -> str:
    """The first characters of a digest, as a footer shows it."""
    return f"{digest[:SHORTENED]}…"


def _page(signatures: list[PrintedSignature]) -> SignedPage:
    first = signatures[0]
    return SignedPage(
        meaning=str(Meaning(first.meaning).label),
        name=first.name,
        role=first.role,
        job_title=first.job_title,
        registration=first.registration,
        at=first.at,
        method=_METHODS.get(first.method, first.method),
        signatures=signatures,
    )


def _title(snapshot: Snapshot) -> str:
    release = snapshot["release"]
    label = f" {release['label']}" if release else ""
    return f"Clinical safety case report: {snapshot['product']['name']}{label}"


def _version_in_words(document: DocumentShape) -> str:
    attempt = document["attempt"] or 1
    return f"Version {document['number']}{f', attempt {attempt}' if attempt > 1 else ''}"
