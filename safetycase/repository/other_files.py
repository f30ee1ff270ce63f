"""The pages beside the hazards: what the product is, its criteria, its plan, its releases."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from audit.plain_markdown import plain
from safetycase.repository.hazard_file import risks_in_words
from safetycase.repository.markdown import (
    Link,
    facts,
    file_name,
    labelled,
    section,
    table,
    text_of,
)
from safetycase.snapshot.shape import (
    HazardShape,
    IntendedUseShape,
    MatrixShape,
    NamedHazardShape,
    ProductShape,
    ReleaseShape,
)
from safetycase.snapshot.version_shapes import PlanClassShape, PlanShape, RevisionShape


def first_page(
    product: ProductShape,
    hazards: Sequence[HazardShape],
    gone: Sequence[NamedHazardShape],
    versions: Sequence[RevisionShape],
    decisions: Sequence[Mapping[str, Any]] = (),
) -> str:
    """``README.md``: what lies here, every hazard with its risk, every decision with its choice."""
    lines = [f"# {plain(product['name'])}: the safety case beside the code", ""]
    lines += [
        "These files are written by `manage.py export_repository` from the record of the product.",
        "Change the record, not the files: the next export writes them anew.",
        "",
    ]
    lines += section("Hazards", _hazards(hazards))
    lines += section(
        "No longer in the log",
        [
            f"- {plain(each['reference'])} {plain(each['name'])}: {plain(each['why'])}"
            for each in gone
        ],
    )
    lines += section("Decisions", _decisions(decisions))
    lines += section("Issued reports", _versions(versions))
    return text_of(lines)


def _decisions(decisions: Sequence[Mapping[str, Any]]) -> Iterable[str]:
    if not decisions:
        return []
    rows = (
        (
            Link(each["reference"], f"decisions/{file_name(each['reference'])}.md"),
            each["title"],
            each["state_words"],
            next((option["name"] for option in each["options"] if option["is_chosen"]), ""),
        )
        for each in decisions
    )
    return table(("Decision", "Title", "State", "Choice"), rows)


def _hazards(hazards: Sequence[HazardShape]) -> Iterable[str]:
    if not hazards:
        return ["The hazard log is empty."]
    return table(
        ("Hazard", "Name", "State", "Status", "Initial risk", "Residual risk"),
        (
            (
                Link(each["reference"], f"hazards/{file_name(each['own_reference'])}.md"),
                each["name"],
                each["state_words"],
                each["status_words"],
                *risks_in_words(each),
            )
            for each in hazards
        ),
    )


def _versions(versions: Sequence[RevisionShape]) -> Iterable[str]:
    if not versions:
        return []
    return table(
        ("Version", "Release", "Phase", "Issued", "Summary of changes"),
        (
            (
                str(each["version"]),
                each["release"],
                each["phase_words"],
                each["at"][:10],
                each["summary"],
            )
            for each in versions
        ),
    )


def matrix_page(matrix: MatrixShape) -> str:
    """``risk-matrix.md``: the words, the squares and what each class means."""
    lines = [f"# {plain(matrix['name'])}, version {matrix['number']}", ""]
    lines += facts([("State", matrix["state_words"]), ("Approved by", matrix["approved_by"])])
    lines.append("")
    severities = [each["word"] for each in matrix["severities"]]
    rows = (
        (row["likelihood"], *(str(number) for number in row["classes"])) for row in matrix["rows"]
    )
    lines += table(("Likelihood / severity", *severities), rows)
    lines += section(
        "Classes",
        table(
            ("Class", "Acceptability", "Meaning"),
            (
                (str(each["number"]), each["acceptability_words"], each["meaning"])
                for each in matrix["classes"]
            ),
        ),
    )
    for title, levels in (
        ("Severity", matrix["severities"]),
        ("Likelihood", matrix["likelihoods"]),
    ):
        lines += section(
            title,
            table(("Word", "Meaning"), ((each["word"], each["meaning"]) for each in levels)),
        )
    return text_of(lines)


def plan_page(plan: PlanShape) -> str:
    """``plan.md``: the clinical risk management plan in force, and who signed it."""
    lines = [f"# Clinical risk management plan, version {plan['number']}", ""]
    lines += facts(
        [
            ("Risk matrix", f"version {plan['matrix_number']}"),
            *((f"Class {each['number']}", _class(each)) for each in plan["classes"]),
            *(
                (each["meaning_words"], f"{each['name']}, {each['role_words']}, {each['at'][:10]}")
                for each in plan["signatures"]
            ),
        ]
    )
    lines.append("")
    for label, text in (
        ("Purpose and scope", plan["purpose"]),
        ("People and meetings", plan["governance"]),
        ("Activities", plan["activities"]),
        ("Competence and training", plan["competence"]),
        ("Audits and review of the process", plan["process_review"]),
    ):
        lines += labelled(label, text)
    return text_of(lines)


def _class(said: PlanClassShape) -> str:
    accepted = f"accepted by {said['accepted_by_words']}, " if said["accepted_by_words"] else ""
    months = said["review_months"]
    return f"{accepted}reviewed at least every {months} month{'' if months == 1 else 's'}"


def intended_use_page(stated: IntendedUseShape) -> str:
    """``intended-use.md``."""
    lines = [f"# Intended use, version {stated['number']}", ""]
    for label, text in (
        ("Purpose", stated["purpose"]),
        ("Users", stated["users"]),
        ("Patient groups", stated["patient_groups"]),
        ("Care settings", stated["care_settings"]),
        ("Exclusions", stated["exclusions"]),
        ("Medical device statement", stated["device_statement"]),
    ):
        lines += labelled(label, text)
    return text_of(lines)


def releases_page(releases: Sequence[ReleaseShape]) -> str:
    """``releases.md``: the releases, the oldest first, and what each carries."""
    lines = ["# Releases", ""]
    for release in releases:
        lines += section(f"Release {release['label']}", _release(release))
    return text_of(lines)


def _release(release: ReleaseShape) -> Iterator[str]:
    yield from facts(
        [
            ("State", release["state_words"]),
            ("Planned for", release["planned_on"] or ""),
            ("Released on", release["released_on"] or ""),
            ("Features", ", ".join(release["features"])),
        ]
    )
    yield ""
    yield from labelled("What it brings", release["summary"])
