"""What a release statement says: that nothing of the release changes clinical risk."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from hazards.models import Hazard
from hazards.queries import IN_THE_LOG, with_scope
from products.going_out import is_to_come
from products.models import Change, Feature, Release, ReleaseFeature
from reviews.choices import TriageOutcome
from reviews.models import Triage, TriageAnswer
from safetycase.models import Issue, ReleaseStatement

#: What a triage may have come to where a release changes no clinical risk.
NO_RISK = frozenset({TriageOutcome.NO_EFFECT, TriageOutcome.COVERED})


@dataclass(frozen=True)
class New:
    """A feature or a change that is new in a release; ``outcome`` is '' where nobody triaged it."""

    kind: str
    reference: str
    title: str
    outcome: str

    @property
    def changes_risk(self) -> bool:
        """Whether it may change clinical risk, as far as anybody has said."""
        return self.outcome not in NO_RISK

    @property
    def word(self) -> str:
        """How it was triaged, in a word or two."""
        if not self.outcome:
            return "not triaged"
        label = TriageOutcome(self.outcome).label
        return f"triaged: {label[:1].lower()}{label[1:]}"

    @property
    def why(self) -> str:
        """Why the release cannot be stated to change no risk, in a sentence."""
        if not self.outcome:
            return f"{self.reference} ({self.title}) is not triaged."
        word = TriageOutcome(self.outcome).label
        return f"{self.reference} ({self.title}) was triaged: {word[:1].lower()}{word[1:]}."


def new_in(release: Release, covered_by: Issue) -> list[New]:
    """The features and changes of a release that the covering report's release had not, each with
    how it was triaged last. Six queries.

    Both may be of releases in between, which came after that report as well; a change that no
    release carries counts as long as this one can still go out, for it would go with it.
    """
    since = Release.objects.filter(
        product=release.product_id,
        position__gt=covered_by.baseline.release.position,
        position__lte=release.position,
    )
    before = ReleaseFeature.objects.filter(
        release__product=release.product_id,
        release__position__lte=covered_by.baseline.release.position,
        is_active=True,
    )
    features = (
        Feature.objects.filter(release_links__release__in=since, release_links__is_active=True)
        .exclude(pk__in=before.values("feature"))
        .distinct()
        .order_by("number")
    )
    carried = Q(release__in=since)
    if is_to_come(release):
        carried |= Q(release=None, product=release.product_id)
    changes = Change.objects.filter(carried, is_active=True).order_by("number")
    outcomes = _outcomes(list(features), list(changes))
    return [
        *(
            New("feature", each.reference, each.title, outcomes.get(("feature", each.pk), ""))
            for each in features
        ),
        *(
            New("change", each.reference, each.title, outcomes.get(("change", each.pk), ""))
            for each in changes
        ),
    ]


def _outcomes(features: list[Feature], changes: list[Change]) -> dict[tuple[str, int], str]:
    """What the newest triage of each came to: the clinical side's answer where there is one."""
    newest: dict[tuple[str, int], Triage] = {}
    for triage in Triage.objects.filter(feature__in=features).order_by("pk"):
        newest["feature", triage.feature_id or 0] = triage
    for triage in Triage.objects.filter(change__in=changes).order_by("pk"):
        newest["change", triage.change_id or 0] = triage
    answers = {
        each.triage_id: each.outcome
        for each in TriageAnswer.objects.filter(triage__in=newest.values()).order_by("pk")
    }
    return {key: answers.get(each.pk, each.outcome) for key, each in newest.items()}


def new_hazards(release: Release, covered_by: Issue) -> list[str]:
    """The hazards that came into scope after the covering report's release. One query."""
    hazards: Any = with_scope(
        Hazard.objects.filter(product=release.product_id, state__in=IN_THE_LOG)
    )
    those = hazards.filter(
        scope_position__gt=covered_by.baseline.release.position,
        scope_position__lte=release.position,
    )
    return [each.display_reference for each in those.order_by("number")]


def content_of_statement(statement: ReleaseStatement) -> dict[str, Any]:
    """Everything that the officer signs: the report, why, and what is new in the release."""
    release, issue = statement.release, statement.covered_by
    return {
        "product": str(statement.product.public_id),
        "release": str(release.public_id),
        "covered_by": {
            "version": issue.number,
            "report_fingerprint": issue.baseline.report_fingerprint,
        },
        "why": statement.why,
        "new": [[each.kind, each.reference, each.outcome] for each in new_in(release, issue)],
        "new_hazards": new_hazards(release, issue),
    }
