"""The versions of a product as the page of its safety case shows them."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse

from products.models import Product
from products.permissions import Ability, Standing
from products.queries import current_team_of
from safetycase.comparison import Comparison
from safetycase.issuing_rules import VersionState
from safetycase.since import changes_since
from safetycase.versions.page import TONES, name_of, url_of
from safetycase.versions.reading import VersionReading, baselines_of, read_versions
from safetycase.versions.steps import Step, StepState, steps_of


@dataclass(frozen=True)
class VersionRow:
    """A version in the list of all."""

    reading: VersionReading
    name: str
    state: str
    tone: str
    url: str


@dataclass(frozen=True)
class Versions:
    """All versions, the newest first; the newest issued one, and the one that is in review."""

    rows: list[VersionRow]
    issued: VersionRow | None
    changes: Comparison | None  # since the issued one was frozen
    in_work: VersionRow | None
    steps: Sequence[Step]
    freeze_url: str  # '' for those who may not

    @property
    def waits_for(self) -> str:
        """What the one that is in review waits for, in words, or ''."""
        for step in self.steps:
            if step.state is StepState.NOW:
                who = " or ".join(step.asked)
                return f"{_ASKED[step.label]}: {who}" if who else _ASKED[step.label]
        return ""


_ASKED = {
    "Reviewed": "waits to be reviewed",
    "Approved": "waits to be approved",
    "Authorised": "waits to be authorised",
    "Issued": "waits to be issued",
}


def versions_for(standing: Standing) -> Versions:
    """The versions of a product for a person. A fixed number of queries, however many there are."""
    product = standing.product
    rows = [_row(each, product) for each in _readings(product)]
    issued = next((each for each in rows if each.reading.issue is not None), None)
    in_work = next((each for each in rows if _is_open(each.reading)), None)
    return Versions(
        rows=rows,
        issued=issued,
        changes=changes_since(issued.reading.baseline, product) if issued else None,
        in_work=in_work,
        steps=steps_of(in_work.reading, list(current_team_of(product))) if in_work else (),
        freeze_url=reverse("version_freeze", args=[product.slug])
        if standing.can(Ability.FREEZE)
        else "",
    )


def _readings(product: Product) -> list[VersionReading]:
    baselines = list(baselines_of(product))
    for each in baselines:
        each.product = product
    return read_versions(baselines, product)


def _row(reading: VersionReading, product: Product) -> VersionRow:
    return VersionRow(
        reading=reading,
        name=name_of(reading.baseline),
        state=reading.state.value,
        tone=TONES.get(reading.state, ""),
        url=url_of(reading, product.slug),
    )


def _is_open(reading: VersionReading) -> bool:
    return reading.state in (VersionState.IN_REVIEW, VersionState.READY)
