"""The safety charter and the clinical risk–benefit analyses, as they were signed."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from django.utils import timezone

from audit.plain_markdown import plain
from reviews.risk_benefit.page import AnalysisRow
from reviews.risk_benefit.reading import TEXTS, label_of
from safetycase.repository.markdown import facts, labelled, section, table, text_of
from safetycase.snapshot.agreement_shapes import CharterOutcomeShape, CharterShape


def signed_by(signatures: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """A line for each signature, in the order in which they were given."""
    for each in signatures:
        who = ", ".join(
            plain(said)
            for said in (each["name"], each["role_words"], each["registration"], each["at"][:10])
            if said
        )
        taken_back = ", taken back since" if each.get("is_withdrawn") else ""
        comment = f": {plain(each['comment'])}" if each.get("comment") else ""
        yield f"- {plain(each['meaning_words'])}: {who}{taken_back}{comment}"


# --- The charter ----------------------------------------------------------------------------------


def charter_page(charter: CharterShape) -> str:
    """``charter.md``: the safety charter in force."""
    lines = [f"# Safety charter, version {charter['number']}", ""]
    lines += labelled("What we promise each other", charter["promise"])
    for title, outcomes in (
        ("Clinical outcomes that matter most", charter["clinical"]),
        ("Product outcomes that matter most", charter["of_product"]),
    ):
        lines += section(title, _outcomes(outcomes))
    for title, texts in (
        ("Trade-offs that are never made", charter["never"]),
        ("Trade-offs that may be made", charter["may"]),
    ):
        lines += section(title, [f"- {plain(each)}" for each in texts])
    rights = [(each["what"], each["decides"], each["consulted"]) for each in charter["rights"]]
    if rights:
        lines += section("Who decides what", table(("What", "Decides", "Consulted"), rights))
    lines += section("Signatures", signed_by(charter["signatures"]))
    return text_of(lines)


def _outcomes(outcomes: Sequence[CharterOutcomeShape]) -> Iterable[str]:
    if not outcomes:
        return []
    rows = ((each["outcome"], each["measure"], each["target"]) for each in outcomes)
    return table(("Outcome", "Measure", "Target"), rows)


# --- Risk–benefit analyses ------------------------------------------------------------------------


def analysis_content(row: AnalysisRow) -> dict[str, Any]:
    """What an analysis says, and where it stands."""
    reading, analysis = row.reading, row.reading.analysis
    estimate = analysis.estimate
    return {
        "number": analysis.number,
        "hazard": analysis.hazard.display_reference,
        "hazard_name": analysis.hazard.name,
        "cause": estimate.cause.text if estimate.cause else "",
        "class_number": estimate.class_number,
        "severity": estimate.severity.word,
        "likelihood": estimate.likelihood.word,
        "state_words": reading.state.value,
        "why_it_lapsed": list(reading.reasons),
        "balance_words": analysis.get_balance_display() if analysis.balance else "",
        "texts": [
            {"label": label_of(each), "text": getattr(analysis, each)}
            for each in TEXTS
            if getattr(analysis, each)
        ],
        "signatures": [
            {
                "meaning_words": each.sign_off.get_meaning_display(),
                "name": each.sign_off.signer_name,
                "role_words": each.sign_off.signer_role,
                "registration": each.sign_off.registration,
                "at": timezone.localdate(each.sign_off.signed_at).isoformat(),
            }
            for each in reading.signatures.readings
            if each.is_current
        ],
    }


def analysis_page(said: Mapping[str, Any]) -> str:
    """The page of an analysis."""
    lines = [f"# Clinical risk–benefit analysis {said['number']}", ""]
    risk = f"class {said['class_number']}, {said['severity']} · {said['likelihood']}"
    lines += facts(
        [
            ("Hazard", f"{said['hazard']} {said['hazard_name']}"),
            ("Cause", said["cause"]),
            ("Residual risk", risk),
            ("State", said["state_words"]),
            ("Conclusion", said["balance_words"]),
            *(("Lapsed", why) for why in said["why_it_lapsed"]),
        ]
    )
    lines.append("")
    for each in said["texts"]:
        lines += labelled(plain(each["label"]), each["text"])
    lines += section("Signatures", signed_by(said["signatures"]))
    return text_of(lines)
