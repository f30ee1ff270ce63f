"""What keeps an officer from stating that a release changes no clinical risk."""

from dataclasses import dataclass

from products.choices import ReleaseState
from products.models import Release
from safetycase.comparison import Comparison, HazardChange
from safetycase.gate.by_report import issue_for
from safetycase.gate.stated import New, new_hazards, new_in
from safetycase.models import Issue, ReleaseStatement
from safetycase.since import changes_since, read_since
from safetycase.versions.reading import issues_of

#: What of a report is of risk besides its hazards: the use, the matrix, and what is assumed. Its
#: words, its features and its plan are new with every release.
_OF_RISK = ("Intended use:", "Risk matrix", "Assumption ")


@dataclass(frozen=True)
class Stating:
    """A release and the report that would cover it: what is new, and what is in the way."""

    release: Release
    covered_by: Issue | None
    new: list[New]
    in_the_way: list[str]


def reports_to_cover(release: Release) -> list[Issue]:
    """The issued reports of earlier releases that none of the same release replaced; the newest
    first."""
    found: dict[int, Issue] = {}
    earlier = issues_of(release.product).filter(baseline__release__position__lt=release.position)
    for issue in earlier.defer("baseline__content"):
        found.setdefault(issue.baseline.release_id, issue)
    return list(found.values())


def read_stating(release: Release, covered_by: Issue | None) -> Stating:
    """What an officer has to know before they state that a release is covered by a report.

    Reads the log as it is now against the report: about seventy queries.
    """
    if release.state in (ReleaseState.RELEASED, ReleaseState.WITHDRAWN):
        word = release.get_state_display().lower()
        return Stating(release, covered_by, [], [f"Release {release.label} is {word} already."])
    if issue_for(release.product, release) is not None:
        return Stating(
            release,
            covered_by,
            [],
            [f"Release {release.label} has a report of its own, which is what judges it."],
        )
    if covered_by is None:
        return Stating(
            release,
            None,
            [],
            ["No report of an earlier release is issued, so none can cover this one."],
        )
    new = new_in(release, covered_by)
    changes = read_since(covered_by.baseline, release.product, release=release).changes
    return Stating(release, covered_by, new, _against(release, covered_by, new, changes))


def overtaken_by(statement: ReleaseStatement) -> list[str]:
    """What of the record says by now that risk changed: a statement that was made is refused for
    it as one that is still to be made would be; a sentence each.

    Remembered until the record changes; then about sixty queries.
    """
    release, covered_by = statement.release, statement.covered_by
    changes = changes_since(covered_by.baseline, statement.product, release=release)
    return _against(release, covered_by, new_in(release, covered_by), changes)


def _against(release: Release, covered_by: Issue, new: list[New], changes: Comparison) -> list[str]:
    """Why it changes risk, as far as the record says; a sentence each."""
    found = [each.why for each in new if each.changes_risk]
    came = new_hazards(release, covered_by)
    if came:
        found.append(f"{', '.join(came[:10])} came into scope after that report.")
    found += _of_hazards(changes, set(came))
    found += [
        f"{each.label} changed since that report."
        for each in changes.report
        if each.label.startswith(_OF_RISK)
    ]
    return found


def _of_hazards(changes: Comparison, told: set[str]) -> list[str]:
    words = {"added": "is new", "removed": "is no longer in scope", "changed": "changed"}
    return [
        f"{each.reference} {words[each.kind]} since that report{_fields(each)}."
        for each in changes.hazards
        if each.reference not in told
    ]


def _fields(change: HazardChange) -> str:
    """What of a hazard changed; of one that is new everything is."""
    if change.kind != "changed":
        return ""
    named = [
        # A control's reference keeps its capitals.
        each.label if each.label[:2].isupper() else each.label[:1].lower() + each.label[1:]
        for each in change.fields[:5]
    ]
    return f": {', '.join(named)}"
