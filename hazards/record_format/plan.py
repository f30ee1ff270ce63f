"""Deciding what restoring a record into a product does. Reads only.

A record comes back whole, into a product whose log is empty; into a log that says the same already
it changes nothing. It is never mixed with another log: what would be CTL-003 of both?
"""

from dataclasses import dataclass, field

from accounts.models import User
from audit.errors import NotPossible
from hazards.importing.findings import Finding, Findings, Level
from hazards.models import MatrixVersion
from hazards.queries import current_matrix
from hazards.record_format.export import record_of
from hazards.record_format.linking import Linking
from hazards.record_format.matrices import differences, matrix_value, wording_differs
from hazards.record_format.read import Record
from hazards.record_format.standing import MatrixHere, StandingProduct, is_empty
from hazards.record_format.values import MatrixValue, RecordValue
from products.models import Product
from products.permissions import Ability, check_can, standing_of

MOST_NAMED = 3  # hazards, or differences, that a refusal names


@dataclass
class RestorePlan:
    """What restoring a record would do."""

    product: Product
    record: Record
    matrices: dict[int, MatrixHere] = field(default_factory=dict)  # by the number in the file
    linking: Linking | None = None  # None: the log says the same already
    governs: bool = False  # whether states and statuses are taken over as recorded
    findings: list[Finding] = field(default_factory=list)

    @property
    def changes_anything(self) -> bool:
        """Whether carrying it out would write anything."""
        return self.linking is not None


def plan_restore(*, product: Product, record: Record, by: User) -> RestorePlan:
    """What restoring a record into a product would do. Writes nothing.

    Raises ``NotAllowed``; ``NotPossible`` where the product has another log already, no matrix, or
    a matrix that decides otherwise than the record's.
    """
    check_can(by, Ability.IMPORT_LOG, product)
    if not is_empty(product):
        return _against_log(product, record)
    findings = Findings("")
    linking = Linking(StandingProduct.of(product), record.value, findings)
    # A command that nobody's name was given to acts for whoever runs the server.
    governs = by.is_system or standing_of(by, product).can(Ability.GOVERN_LOG)
    plan = RestorePlan(
        product,
        record,
        matrices=_matrices(product, record.value, findings),
        linking=linking if record.value["hazards"] or _holds_more(record.value) else None,
        governs=governs,
    )
    linking.look_everything_up()
    if not governs:
        _note_drafts(record.value, findings)
    plan.findings = list(findings)
    return plan


def _holds_more(value: RecordValue) -> bool:
    return bool(value["controls"] or value["evidence"] or value["assumptions"])


def _against_log(product: Product, record: Record) -> RestorePlan:
    """The log has something in it: the same, or the record is refused."""
    here = record_of(product)
    differing = _differing(record.value, here)
    if not differing:
        return RestorePlan(product, record)
    others = len(differing) - MOST_NAMED
    named = ", ".join(differing[:MOST_NAMED]) + (f" and {others} more" if others > 0 else "")
    raise NotPossible(
        f"The log of {product.name} is not empty, and it is not the one in this file (not alike: "
        f"{named}). Nothing was changed. Restore this file into a product whose log is empty; to "
        "bring single hazards into this log, export the other one as XLSX or CSV and import that."
    )


def _differing(theirs: RecordValue, ours: RecordValue) -> list[str]:
    """What the two logs do not have alike, by references."""
    names = []
    hazards = {each["reference"]: each for each in theirs["hazards"]}
    here = {each["reference"]: each for each in ours["hazards"]}
    for reference in hazards | here:
        if hazards.get(reference) != here.get(reference):
            names.append(reference)
    controls = {each["reference"]: each for each in theirs["controls"]}
    controls_here = {each["reference"]: each for each in ours["controls"]}
    for reference in controls | controls_here:
        if controls.get(reference) != controls_here.get(reference):
            names.append(reference)
    if theirs["evidence"] != ours["evidence"]:
        names.append("the evidence")
    if theirs["assumptions"] != ours["assumptions"]:
        names.append("the assumptions")
    return names


def _matrices(product: Product, value: RecordValue, findings: Findings) -> dict[int, MatrixHere]:
    """The product's matrix version for each of the record's."""
    current = current_matrix(product)
    if current is None:
        raise NotPossible(
            f"{product.name} has no risk matrix, so no risk can be looked up. "
            "Nothing was changed. Give the product its matrix first."
        )
    versions = list(MatrixVersion.objects.filter(product=product).order_by("-number"))
    here = {version.pk: matrix_value(version) for version in versions}
    found = {}
    for matrix in value["matrices"]:
        if matrix["number"] == value["matrix"]:
            _check_alike(product, matrix, here[current.pk])
            version = current
        else:
            version = _alike(product, matrix, versions, here)
        if wording_differs(matrix, here[version.pk]):
            findings.add(
                Level.NOTE,
                "",
                found=f"Matrix {matrix['number']}, {matrix['name']}",
                done=f"It decides as {version} does, and explains its words otherwise; the "
                "product’s own words stay.",
            )
        found[matrix["number"]] = MatrixHere.of(version)
    return found


def _check_alike(product: Product, file: MatrixValue, here: MatrixValue) -> None:
    found = differences(file, here)
    if found:
        others = len(found) - MOST_NAMED
        more = f"; and {others} more" if others > 0 else ""
        raise NotPossible(
            f"The risk matrix of this file is not that of {product.name}: "
            f"{'; '.join(found[:MOST_NAMED])}{more}. Nothing was changed, since the estimates "
            "would mean something else. Give the product a version of its matrix with the same "
            "words and cells, and import again."
        )


def _alike(
    product: Product,
    file: MatrixValue,
    versions: list[MatrixVersion],
    here: dict[int, MatrixValue],
) -> MatrixVersion:
    """A version that decides as an older one of the file; of the same number where there is one."""
    alike = [version for version in versions if not differences(file, here[version.pk])]
    alike.sort(key=lambda version: version.number != file["number"])
    if alike:
        return alike[0]
    raise NotPossible(
        f"Estimates in this file were made against its matrix {file['number']} "
        f"({file['name']}), and {product.name} has no version with the same words and cells. "
        "Nothing was changed. Make such a version there, which may be an earlier one than the "
        "current, and import again."
    )


def _note_drafts(value: RecordValue, findings: Findings) -> None:
    """Say which hazards come as open drafts, because deciding on them is one role's alone."""
    for hazard in value["hazards"]:
        if is_decided(hazard["state"], hazard["status"]):
            findings.add(
                Level.PROBLEM,
                "",
                found=f"{hazard['state']}, {hazard['status']}",
                done="Whether a hazard is live, and its status, is for the clinical safety "
                "officer to decide: it is brought in as an open draft.",
                todo="Ask the clinical safety officer to make it live and set its status, or to "
                "restore this file into another empty product.",
                reference=hazard["imported_reference"] or hazard["reference"],
            )


def is_decided(state: str, status: str) -> bool:
    """Whether a hazard in the log is live, or not open, which only one role decides."""
    return state == "live" or (state == "draft" and status != "open")
