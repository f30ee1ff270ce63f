"""A small log that has one of everything a report must not hide."""

from dataclasses import dataclass

from django.utils import timezone

from accounts.models import User
from hazards.actions.controls import link_control
from hazards.actions.features import link_feature
from hazards.actions.hazards import make_live, withdraw_hazard
from hazards.actions.matrix_versions import approve_matrix
from hazards.choices import ControlState, Stage
from hazards.models import Hazard
from hazards.queries import current_matrix
from products.actions import carry_feature, edit_release, state_intended_use
from products.choices import ReleaseState
from products.models import Feature, Product, Release
from safetycase.actions.sections import write_section
from safetycase.choices import SectionKey
from tests.factories import gate_open, make_feature, make_release
from tests.hazards.factories import (
    a_cause,
    a_control,
    a_harm,
    a_hazard,
    an_assumption,
    an_estimate,
    bring_to,
    some_evidence,
    verify,
)


@dataclass(frozen=True)
class Story:
    """The product with its releases (oldest first) and hazards by what they are an example of."""

    product: Product
    cso: User
    releases: list[Release]
    features: list[Feature]
    hazards: dict[str, Hazard]

    @property
    def reported(self) -> Release:
        """The release in the middle: an earlier one is out, a later one is planned."""
        return self.releases[1]


def tell(product: Product, cso: User) -> Story:
    """Make releases 1.0.0 (out), 1.1.0 (in work) and 1.2.0 (planned), and eight hazards."""
    releases = [make_release(product, label) for label in ("1.0.0", "1.1.0", "1.2.0")]
    in_work = {"state": ReleaseState.IN_WORK}
    out = {"state": ReleaseState.RELEASED, "released_on": timezone.localdate()}
    with gate_open():
        for changes in (in_work, out):
            releases[0] = edit_release(release=releases[0], by=cso, changes=changes)
    releases[1] = edit_release(release=releases[1], by=cso, changes=in_work)
    features = [
        make_feature(product, f"Feature of {release.label}", for_patients="It helps them")
        for release in releases
    ]
    for release, feature in zip(releases, features, strict=True):
        carry_feature(release=release, feature=feature, by=cso)
    matrix = current_matrix(product)
    assert matrix is not None
    approve_matrix(matrix=matrix, by=cso)
    state_intended_use(
        product=product,
        by=cso,
        purpose="Repeat medicines at home",
        exclusions="Not for acute care",
        device_statement="Not a medical device",
        reason="First statement",
    )
    write_section(
        product=product,
        key=SectionKey.INTRODUCTION,
        by=cso,
        narrative="# Scope\n\n{{ product }} {{ release }} has {{ hazard_count }} hazards.",
    )
    story = Story(product, cso, releases, features, {})
    story.hazards.update(_hazards(story))
    return story


def _hazards(story: Story) -> dict[str, Hazard]:
    out, now, later = story.features
    return {
        "confirmed": _confirmed(story, out),
        "provisional": _provisional(story, now),
        "relies on later": _relies_on_later(story, out),
        "of a later release": _example(story, "A hazard of what comes later", later),
        "unplaced": _example(story, "A hazard that nobody placed", None),
        "not estimated": _example(story, "A hazard that nobody estimated", now),
        "not needed": _acceptable(story, out),
        "withdrawn": _withdrawn(story, out),
    }


def _example(story: Story, name: str, feature: Feature | None, *, live: bool = False) -> Hazard:
    hazard = a_hazard(story.product, story.cso, name, description=f"{name}, told in one-off words")
    a_harm(hazard, story.cso, f"Harm of: {name}")
    a_cause(hazard, story.cso, f"Cause of: {name}")
    if feature is not None:
        link_feature(hazard=hazard, feature=feature, by=story.cso)
    return make_live(hazard=hazard, by=story.cso) if live else hazard


def _estimated(story: Story, hazard: Hazard, after: str) -> None:
    an_estimate(hazard, story.cso, "Major", "Medium")
    an_estimate(hazard, story.cso, "Major", after, stage=Stage.RESIDUAL)


def _confirmed(story: Story, feature: Feature) -> Hazard:
    hazard = _example(story, "A repeat goes on and/or nobody looks", feature, live=True)
    control = a_control(
        hazard,
        story.cso,
        "A follow-up call within twenty-four hours, and a second look by a pharmacist",
        delivered_in_id=story.releases[0].pk,
        none_because="It adds a call",
    )
    verify(control, story.cso, story.releases[0])
    an_assumption(story.product, story.cso, hazard=hazard, held_by="The clinical lead")
    _estimated(story, hazard, "Very low")
    return hazard


def _provisional(story: Story, feature: Feature) -> Hazard:
    hazard = _example(story, "A warning sign waits", feature, live=True)
    agreed = a_control(hazard, story.cso, "Red flags raise an urgent alert at once")
    some_evidence(agreed, story.cso, "A test that is planned")
    bring_to(agreed, story.cso, ControlState.AGREED)
    a_control(
        hazard,
        story.cso,
        "Staff are trained before the first patient",
        party="deployer",
        instruction="Train everybody before go-live; show the register.",
    )
    _estimated(story, hazard, "Low")
    return hazard


def _relies_on_later(story: Story, feature: Feature) -> Hazard:
    hazard = _example(story, "A result arrives under another code", feature, live=True)
    control = a_control(
        hazard,
        story.cso,
        "Codes are mapped and an unknown one is shown as no result",
        delivered_in_id=story.releases[2].pk,
    )
    verify(control, story.cso, story.releases[2])
    link_control(control=control, hazard=hazard, by=story.cso)
    _estimated(story, hazard, "Low")
    return hazard


def _acceptable(story: Story, feature: Feature) -> Hazard:
    hazard = _example(story, "A letter is a day late", feature, live=True)
    an_estimate(hazard, story.cso, "Minor", "Low")
    return hazard


def _withdrawn(story: Story, feature: Feature) -> Hazard:
    hazard = _example(story, "A hazard of a part that is gone", feature)
    return withdraw_hazard(hazard=hazard, by=story.cso, reason="The part was removed")
