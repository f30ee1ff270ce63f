"""A synthetic hazard log, written in bulk: rows, history and ledger entries as people make them."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from django.utils import timezone

from accounts.models import User
from audit.acts import act
from audit.append_only import AppendOnly
from audit.bulk import record_changes, record_many
from audit.tracked import Tracked
from hazards.choices import (
    Acceptability,
    ControlKind,
    ControlState,
    ControlType,
    EvidenceOf,
    EvidenceResult,
    EvidenceState,
    HazardState,
    Party,
    Stage,
)
from hazards.importing.keys import reserve_keys
from hazards.models import (
    Cause,
    Cell,
    Control,
    ControlLink,
    Estimate,
    Evidence,
    EvidenceLink,
    Harm,
    Hazard,
    HazardFeature,
)
from hazards.queries import current_matrix
from products.models import Feature, Product, Release
from safetycase.synthetic.wording import FAMILIES, Wording

AT_ONCE = 500  # hazards in one act
CAUSES, CONTROLS = 2, 4  # of each hazard; every tenth control protects the next hazard too
#: Rows with history of each hazard: itself, a harm, causes, controls, links, a feature, evidence.
REASON = "Written for measuring"


@dataclass
class SyntheticLog:
    """A log that grows portion by portion."""

    product: Product
    people: Sequence[User]
    features: Sequence[Feature]
    releases: Sequence[Release]
    by: User
    wording: Wording

    @cached_property
    def cells(self) -> list[Cell]:
        """The squares of the product's matrix."""
        cells = Cell.objects.filter(matrix=current_matrix(self.product))
        return list(cells.select_related("risk_class").order_by("pk"))

    def grow(self, first: int, hazards: int) -> int:
        """Write so many hazards with everything on them, numbered from ``first``; one act.

        Returns how many rows of history they have.
        """
        with act(by=self.by, reason=REASON, scope=self.product.scope):
            keys = reserve_keys(Estimate, 2 * hazards)
            made = [self._hazard(first + at, keys[2 * at : 2 * at + 2]) for at in range(hazards)]
            parts = [
                *self._tracked(made, Harm, 1),
                *self._tracked(made, Cause, CAUSES),
                *self._controls(made),
                *self._features(made),
            ]
            record_many(self._estimates(made, keys))
        return len(made) + len(parts)

    def edit(self, first: int, hazards: int) -> int:
        """Change hazards, each once, as somebody does in a review; one act. Returns how many."""
        with act(by=self.by, reason=REASON, scope=self.product.scope):
            numbers = range(first, first + hazards)
            rows = list(
                Hazard.objects.select_for_update()
                .filter(product=self.product, number__in=numbers)
                .order_by("pk")
            )
            for row in rows:
                row.justification = self.wording.prose(1)
                row.content_version += 1
            record_changes(rows)
        return len(rows)

    # --- Rows -------------------------------------------------------------------------------------

    def _hazard(self, number: int, estimates: Sequence[int]) -> Hazard:
        say, chance = self.wording, self.wording.random.random()
        owner = say.random.choice([*self.people, None])
        today = timezone.localdate()
        return Hazard(
            product=self.product,
            number=number,
            reference=f"HAZ-{number:03d}",
            name=say.name()[:300],
            description=say.prose(3),
            effect=say.prose(1),
            family=say.one(FAMILIES),
            state=_state(chance),
            action_summary=say.prose(1),
            justification=say.prose(1),
            owner=owner,
            owner_role="" if owner else "Clinical lead",
            review_date=today + datetime.timedelta(days=say.random.randint(-60, 400)),
            worst_initial_id=estimates[0] if chance < 0.95 else None,
            worst_residual_id=estimates[1] if chance < 0.8 else None,
        )

    def _tracked(
        self, hazards: list[Hazard], model: type[Harm] | type[Cause], each: int
    ) -> Sequence[Tracked]:
        if not hazards[0].pk:
            record_many(hazards)
        say = self.wording.harm if model is Harm else self.wording.cause
        rows: list[Harm | Cause] = [
            model(hazard=hazard, position=place, text=say())
            for hazard in hazards
            for place in range(1, each + 1)
        ]
        record_many(rows)
        return rows

    def _controls(self, hazards: list[Hazard]) -> Sequence[Tracked]:
        say = self.wording
        controls = []
        for hazard in hazards:
            for at in range(CONTROLS):
                number = (hazard.number - 1) * CONTROLS + at + 1
                state = say.random.choice(_STATES)
                party = say.random.choice((Party.MANUFACTURER, Party.MANUFACTURER, Party.DEPLOYER))
                controls.append(
                    Control(
                        product=self.product,
                        number=number,
                        reference=f"CTL-{number:03d}",
                        text=say.control(),
                        kind=say.random.choice(ControlKind.values),
                        type=say.random.choice(ControlType.values),
                        party=party,
                        instruction=say.prose(1) if party == Party.DEPLOYER else "",
                        state=state,
                        delivered_in=say.random.choice(self.releases),
                    )
                )
        record_many(controls)
        return [*controls, *self._links(hazards, controls), *self._evidence(controls)]

    def _links(self, hazards: list[Hazard], controls: list[Control]) -> list[ControlLink]:
        links = []
        for place, control in enumerate(controls):
            at = place // CONTROLS
            links.append(ControlLink(control=control, hazard=hazards[at]))
            if place % 10 == 0 and at + 1 < len(hazards):
                links.append(ControlLink(control=control, hazard=hazards[at + 1]))
        record_many(links)
        return links

    def _evidence(self, controls: list[Control]) -> Sequence[Tracked]:
        verified = [each for each in controls if each.state == ControlState.VERIFIED]
        shown = [
            Evidence(
                product=self.product,
                title=f"Test report: {control.text}",
                state=EvidenceState.OBTAINED,
                of=of,
                result=EvidenceResult.PASS,
                dated_on=timezone.localdate(),
                release=self.releases[0],
                verifier=self.people[0],
            )
            for control in verified
            for of in EvidenceOf
        ]
        record_many(shown)
        links = [
            EvidenceLink(evidence=evidence, control=verified[place // len(EvidenceOf)])
            for place, evidence in enumerate(shown)
        ]
        record_many(links)
        return [*shown, *links]

    def _features(self, hazards: list[Hazard]) -> Sequence[Tracked]:
        links = [
            HazardFeature(hazard=hazard, feature=self.wording.random.choice(self.features))
            for hazard in hazards
        ]
        record_many(links)
        return links

    def _estimates(self, hazards: list[Hazard], keys: Sequence[int]) -> Sequence[AppendOnly]:
        now = timezone.now()
        low = [c for c in self.cells if c.risk_class.acceptability != Acceptability.UNACCEPTABLE]
        rows = []
        for place, hazard in enumerate(hazards):
            shown = (hazard.worst_initial_id, hazard.worst_residual_id)
            for at, stage in enumerate((Stage.INITIAL, Stage.RESIDUAL)):
                if shown[at] is None:
                    continue
                cell = self.wording.random.choice(self.cells if stage is Stage.INITIAL else low)
                rows.append(_estimate(keys[2 * place + at], hazard, stage, cell, self.by, now))
        return rows


_STATES = (
    ControlState.PROPOSED,
    ControlState.AGREED,
    ControlState.IMPLEMENTED,
    ControlState.VERIFIED,
    ControlState.VERIFIED,
)


def _state(chance: float) -> HazardState:
    if chance < 0.02:
        return HazardState.WITHDRAWN
    return HazardState.DRAFT if chance < 0.15 else HazardState.LIVE


def _estimate(
    key: int, hazard: Hazard, stage: Stage, cell: Cell, by: User, now: datetime.datetime
) -> Estimate:
    return Estimate(
        pk=key,
        hazard=hazard,
        stage=stage,
        matrix_id=cell.matrix_id,
        severity_id=cell.severity_id,
        likelihood_id=cell.likelihood_id,
        risk_class=cell.risk_class,
        class_number=cell.risk_class.number,
        acceptability=cell.risk_class.acceptability,
        why_severity="As in the review",
        why_likelihood="Seen once",
        estimated_at=now,
        estimated_by=by,
    )
