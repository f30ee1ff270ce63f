"""Whatever people do, one thing after the other, what is kept of a log is what follows from it."""

import random
from collections import defaultdict
from collections.abc import Callable
from typing import Any

from accounts.models import User
from audit.errors import Refusal
from audit.models import Entry
from hazards.actions.bulk import change_many
from hazards.actions.causes import withdraw_cause, withdraw_harm
from hazards.actions.controls import link_control, set_control_state, unlink_control
from hazards.actions.evidence import link_evidence, unlink_evidence, withdraw_evidence
from hazards.actions.features import link_feature, unlink_feature
from hazards.actions.hazards import (
    edit_hazard,
    make_live,
    restore_hazard,
    set_status,
    withdraw_hazard,
)
from hazards.actions.matrix_versions import approve_matrix, draft_matrix, edit_matrix
from hazards.actions.merging import merge_hazards
from hazards.actions.sharing import merge_controls, share_control
from hazards.actions.splitting import split_hazard
from hazards.actions.undoing import undo_act
from hazards.choices import ControlState, EvidenceOf, HazardState, HazardStatus, Party, Stage
from hazards.models import (
    Cause,
    Cell,
    Control,
    ControlLink,
    Evidence,
    Harm,
    Hazard,
    HazardSummary,
    MatrixVersion,
    RiskClass,
    SearchDocument,
)
from hazards.search.documents import documents_of
from hazards.summaries import WRITTEN, summaries_of
from products.actions import carry_feature, drop_feature, place_release, withdraw_feature
from products.models import Feature, Product, Release
from tests.factories import make_feature, make_release
from tests.hazards.factories import (
    a_cause,
    a_control,
    a_harm,
    a_hazard,
    an_estimate,
    passed_evidence,
)

STEPS, SEED = 150, 3
WHY = "For a test"


class Team:
    """One officer who does anything to whatever comes to hand."""

    def __init__(self, product: Product, by: User, dice: random.Random) -> None:
        self.product, self.by, self.dice = product, by, dice

    def any(self, model: type[Any]) -> Any:
        """Some row of a table, be it in the log or not."""
        return self.dice.choice(list(model.objects.order_by("pk")))

    def some(self, model: type[Any]) -> list[Any]:
        """A few of them."""
        return self.dice.sample(list(model.objects.order_by("pk")), 2)

    @property
    def acts(self) -> list[Callable[[], object]]:
        """Everything that it may do."""
        return [*self._to_hazards(), *self._to_controls(), *self._to_the_rest()]

    def _to_hazards(self) -> list[Callable[[], object]]:
        dice = self.dice
        word = dice.choice(["Major", "Minor", "Catastrophic"])
        return [
            lambda: a_hazard(self.product, self.by, f"Hazard {dice.random()}"),
            lambda: a_cause(self.any(Hazard), self.by, f"Cause {dice.random()}"),
            lambda: a_harm(self.any(Hazard), self.by, f"Harm {dice.random()}"),
            lambda: withdraw_cause(cause=self.any(Cause), by=self.by, reason=WHY),
            lambda: withdraw_harm(harm=self.any(Harm), by=self.by, reason=WHY),
            lambda: an_estimate(self.any(Hazard), self.by, word, "Low", dice.choice([*Stage])),
            lambda: self._estimate_a_cause(),
            lambda: make_live(hazard=self.any(Hazard), by=self.by),
            lambda: withdraw_hazard(hazard=self.any(Hazard), by=self.by, reason=WHY),
            lambda: restore_hazard(hazard=self.any(Hazard), by=self.by),
            lambda: set_status(
                hazard=self.any(Hazard), status=dice.choice([*HazardStatus]), by=self.by, reason=WHY
            ),
            lambda: change_many(
                product=self.product,
                hazards=self.some(Hazard),
                changes={"family": word},
                by=self.by,
            ),
            lambda: merge_hazards(
                survivor=self.any(Hazard), merged=self.any(Hazard), by=self.by, reason=WHY
            ),
            lambda: self._split(),
        ]

    def _estimate_a_cause(self) -> object:
        cause = self.any(Cause)
        return an_estimate(cause.hazard, self.by, "Major", "Low", Stage.RESIDUAL, cause=cause)

    def _split(self) -> object:
        cause = self.any(Cause)
        return split_hazard(
            hazard=cause.hazard, by=self.by, name="Split", causes=[cause], reason=WHY
        )

    def _to_controls(self) -> list[Callable[[], object]]:
        dice = self.dice
        return [
            lambda: a_control(self.any(Hazard), self.by, party=dice.choice([*Party])),
            lambda: self._on_a_cause(),
            lambda: set_control_state(
                control=self.any(Control),
                state=dice.choice([*ControlState]),
                by=self.by,
                reason=WHY,
            ),
            lambda: self._verify(),
            lambda: link_control(control=self.any(Control), hazard=self.any(Hazard), by=self.by),
            lambda: unlink_control(
                control=self.any(Control), hazard=self.any(Hazard), by=self.by, reason=WHY
            ),
            lambda: share_control(control=self.any(Control), hazards=self.some(Hazard), by=self.by),
            lambda: merge_controls(
                control=self.any(Control), copies=[self.any(Control)], by=self.by, reason=WHY
            ),
            lambda: link_evidence(
                evidence=self.any(Evidence), control=self.any(Control), by=self.by
            ),
            lambda: unlink_evidence(
                evidence=self.any(Evidence), control=self.any(Control), by=self.by
            ),
            lambda: withdraw_evidence(evidence=self.any(Evidence), by=self.by, reason=WHY),
        ]

    def _on_a_cause(self) -> None:
        cause = self.any(Cause)
        link_control(control=self.any(Control), hazard=cause.hazard, by=self.by, causes=[cause])

    def _verify(self) -> None:
        control, release = self.any(Control), self.any(Release)
        for of in EvidenceOf:
            passed_evidence(control, self.by, release, of)
        for state in (ControlState.AGREED, ControlState.IMPLEMENTED, ControlState.VERIFIED):
            set_control_state(control=control, by=self.by, state=state)

    def _to_the_rest(self) -> list[Callable[[], object]]:
        return [
            lambda: link_feature(hazard=self.any(Hazard), feature=self.any(Feature), by=self.by),
            lambda: unlink_feature(hazard=self.any(Hazard), feature=self.any(Feature), by=self.by),
            lambda: carry_feature(release=self.any(Release), feature=self.any(Feature), by=self.by),
            lambda: drop_feature(release=self.any(Release), feature=self.any(Feature), by=self.by),
            lambda: withdraw_feature(feature=self.any(Feature), by=self.by, reason=WHY),
            lambda: place_release(
                release=self.any(Release), after=self.any(Release), by=self.by, reason=WHY
            ),
            lambda: edit_hazard(
                hazard=self.any(Hazard),
                changes={"first_release_id": self.any(Release).pk},
                by=self.by,
            ),
            lambda: self._change_the_matrix(),
            *[lambda: self._undo()] * 4,
        ]

    def _change_the_matrix(self) -> None:
        draft = draft_matrix(
            product=self.product, by=self.by, severities=5, likelihoods=5, classes=5, reason=WHY
        )
        cells: Any = Cell.objects.filter(matrix=draft)
        classes: Any = RiskClass.objects.filter(matrix=draft)
        cell, to = self.dice.choice(list(cells)), self.dice.choice(list(classes))
        edit_matrix(matrix=draft, by=self.by, changes={cell: {"risk_class_id": to.pk}})
        approve_matrix(matrix=draft, by=self.by)

    def _undo(self) -> object:
        acts = list(Entry.objects.order_by("-pk").values_list("act", flat=True)[:20])
        return undo_act(product=self.product, act=self.dice.choice(acts), by=self.by, reason=WHY)


def test_working_it_out_again_changes_nothing(product: Product, cso: User) -> None:
    dice = random.Random(SEED)
    for number in range(3):
        a_control(a_hazard(product, cso, f"First {number}"), cso, f"Control {number}")
        make_feature(product, f"Feature {number}")
        make_release(product, f"{number + 1}.0.0")
    matrix = MatrixVersion.objects.get()
    approve_matrix(matrix=matrix, by=cso)
    passed_evidence(
        Control.objects.all()[0], cso, Release.objects.all()[0], EvidenceOf.EFFECTIVENESS
    )
    for hazard in Hazard.objects.all():
        a_cause(hazard, cso)
        a_harm(hazard, cso)
    team, done = Team(product, cso, dice), 0
    for step in range(STEPS):
        try:
            dice.choice(team.acts)()
        except Refusal:
            continue
        done += 1
        _check(f"after step {step}")
    assert done > STEPS // 3


def _check(when: str) -> None:
    parts: dict[Any, set[Any]] = defaultdict(set)
    for control, hazard, *part in ControlLink.objects.filter(is_active=True).values_list(
        "control", "hazard", "cause", "harm"
    ):
        parts[control, hazard].add(tuple(part))
    assert not [each for each in parts.values() if len(each) > 1 and (None, None) in each], when
    merged = ControlLink.objects.filter(is_active=True, hazard__state=HazardState.MERGED)
    assert not merged.exists(), when
    hazards: Any = Hazard.objects.all()
    stored = {each.pk: each for each in HazardSummary.objects.all()}
    for fresh in summaries_of(hazards):
        now = {name: getattr(fresh, name) for name in WRITTEN}
        assert {name: getattr(stored[fresh.pk], name) for name in WRITTEN} == now, when
    texts = {each.pk: (each.title, each.body) for each in SearchDocument.objects.all()}
    assert {each.pk: (each.title, each.body) for each in documents_of(hazards)} == texts, when
