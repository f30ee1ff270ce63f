"""A hazard with one of everything on it, for the tests of its pages."""

from dataclasses import dataclass

from accounts.models import User
from hazards.actions.features import link_feature
from hazards.choices import EvidenceOf, Stage
from hazards.models import Assumption, Cause, Control, Evidence, Harm, Hazard
from products.actions import carry_feature
from products.models import Feature, Product, Release
from tests.factories import make_feature, make_release
from tests.hazards.factories import (
    a_cause,
    a_control,
    a_harm,
    a_hazard,
    an_assumption,
    an_estimate,
    passed_evidence,
)


@dataclass(frozen=True)
class Whole:
    """The hazard and what is on it."""

    hazard: Hazard
    cause: Cause
    harm: Harm
    control: Control
    evidence: Evidence
    assumption: Assumption
    feature: Feature
    release: Release

    def url(self, rest: str = "") -> str:
        """The address of the hazard or of a page below it."""
        return f"/products/{self.hazard.product.slug}/hazards/{self.hazard.reference}/{rest}"

    @property
    def pages(self) -> dict[str, str]:
        """The forms of the hazard by name."""
        control, evidence = f"controls/{self.control.reference}/", f"evidence/{self.evidence.pk}/"
        rests = {
            "words": "edit/words/",
            "why": "edit/why/",
            "keeping": "edit/keeping/",
            "cause_add": "causes/add/",
            "cause_edit": f"causes/{self.cause.pk}/",
            "cause_withdraw": f"causes/{self.cause.pk}/withdraw/",
            "harm_add": "harms/add/",
            "harm_edit": f"harms/{self.harm.pk}/",
            "harm_withdraw": f"harms/{self.harm.pk}/withdraw/",
            "control_add": "controls/add/",
            "control_link": "controls/link/",
            "control_edit": control,
            "control_state": f"{control}state/",
            "control_acts_on": f"{control}acts-on/",
            "control_unlink": f"{control}unlink/",
            "control_new_hazards": f"{control}new-hazards/",
            "evidence_add": f"{control}evidence/add/",
            "evidence_edit": evidence,
            "evidence_link": f"{evidence}link/",
            "evidence_unlink": f"{control}evidence/{self.evidence.pk}/unlink/",
            "evidence_withdraw": f"{evidence}withdraw/",
            "assumption_add": "assumptions/add/",
            "assumption_edit": f"assumptions/{self.assumption.pk}/",
            "feature_link": "features/",
            "feature_unlink": f"features/{self.feature.reference}/unlink/",
        }
        return {name: self.url(rest) for name, rest in rests.items()}


def a_whole_hazard(product: Product, by: User) -> Whole:
    """A draft hazard with one of everything; ``by`` is a clinical safety officer."""
    feature, release = make_feature(product), make_release(product)
    carry_feature(release=release, feature=feature, by=by)
    hazard = a_hazard(
        product,
        by,
        "A medicine is reissued without a result",
        effect="A toxic dose goes on being taken",
        description="The renewal looks at dates only.",
        family="Medicines",
    )
    cause = a_cause(hazard, by, "The result arrives under another code.")
    harm = a_harm(hazard, by, "Organ damage, possibly fatal")
    control = a_control(hazard, by, "Results are matched by what was measured", causes=[cause])
    evidence = passed_evidence(control, by, release, EvidenceOf.IMPLEMENTATION)
    assumption = an_assumption(product, by, hazard=hazard)
    link_feature(hazard=hazard, feature=feature, by=by)
    an_estimate(hazard, by, "Major", "High", harm=harm)
    an_estimate(hazard, by, "Major", "Low", Stage.RESIDUAL, harm=harm, assumption=assumption)
    hazard.refresh_from_db()
    return Whole(hazard, cause, harm, control, evidence, assumption, feature, release)
