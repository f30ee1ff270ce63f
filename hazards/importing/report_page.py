"""A report as its page shows it: in sections, each from its beginning, or one of them in pages."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator

from hazards.importing.report import Report

SHOWN_AT_FIRST = 50  # lines of a section beside the others
PER_PAGE = 100

#: The sections: what they are called in the address, their heading, and what is said below it.
FINDINGS = {
    "refused": ("Not brought in", "These rows stay only in the file."),
    "problems": (
        "To look at",
        "What could not be taken as it stands, what was done instead, and what somebody has to "
        "decide.",
    ),
    "notes": ("How the file was read", "Nothing has to be done about these."),
}
HAZARDS = {"hazards": "Every hazard in the file"}
OUTCOMES = {
    "created": "New",
    "updated": "Changed",
    "unchanged": "Unchanged",
}


@dataclass(frozen=True)
class Section:
    """Some lines of a report. ``more_url`` leads to all of them, '' where they are here."""

    name: str
    heading: str
    text: str
    lines: list[Any]
    total: int
    more_url: str = ""

    @property
    def is_findings(self) -> bool:
        """Whether its lines are groups of findings; else they are hazards."""
        return self.name in FINDINGS


@dataclass(frozen=True)
class Facet:
    """One section to look at alone."""

    label: str
    count: int
    url: str
    is_on: bool


@dataclass(frozen=True)
class ReportPage:
    """What the page shows. ``page`` is there where one section is looked at alone."""

    facets: list[Facet]
    sections: list[Section]
    page: Page[Any] | None

    @property
    def is_whole(self) -> bool:
        """Whether all sections are shown."""
        return self.page is None


def report_page(report: Report, asked: Mapping[str, str]) -> ReportPage:
    """The page that an address asks for: ``show`` names a section, ``page`` its page."""
    lines = _lines(report)
    show = asked.get("show", "")
    facets = [
        Facet(_label(name), len(each), "?" if name == show else f"?show={name}", name == show)
        for name, each in lines.items()
        if each and name != "hazards"
    ]
    if show in lines:
        page = Paginator(lines[show], PER_PAGE).get_page(asked.get("page"))
        section = _section(show, list(page), len(lines[show]))
        return ReportPage(facets, [section], page)
    shown = ("refused", "problems", "hazards", "notes")
    sections = [_beginning(name, lines[name]) for name in shown if lines[name]]
    return ReportPage(facets, sections, None)


def _lines(report: Report) -> dict[str, list[Any]]:
    by_outcome = {
        name: [line for line in report.hazards if line.outcome == name] for name in OUTCOMES
    }
    return {
        "refused": report.refusals,
        "problems": report.problems,
        **by_outcome,
        "hazards": report.hazards,
        "notes": report.notes,
    }


def _label(name: str) -> str:
    return OUTCOMES.get(name) or FINDINGS[name][0]


def _beginning(name: str, lines: list[Any]) -> Section:
    is_cut = len(lines) > SHOWN_AT_FIRST
    more = f"?show={name}" if is_cut else ""
    return _section(name, lines[:SHOWN_AT_FIRST], len(lines), more)


def _section(name: str, lines: list[Any], total: int, more_url: str = "") -> Section:
    if name in FINDINGS:
        heading, text = FINDINGS[name]
    elif name in OUTCOMES:
        heading, text = f"{OUTCOMES[name]} hazards", ""
    else:
        heading, text = HAZARDS[name], ""
    return Section(name, heading, text, lines, total, more_url)
