"""Where the things of a product's record have a page, and what each is a part of."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.urls import reverse

from audit.timeline import Change
from products.models import Product


@dataclass(frozen=True)
class PageOf:
    """The name of an address, and the way from the thing to what it takes after the slug.

    ``parts_of`` are the ways to the names of what the thing is a part of: each a choice, of which
    the first that is not empty counts. ``anchor`` is a place on the page, with {} for what
    ``anchored_by`` leads to.
    """

    name: str
    takes: str = ""
    parts_of: tuple[tuple[str, ...], ...] = ()
    anchor: str = ""
    anchored_by: str = ""

    @property
    def ways(self) -> list[str]:
        """Everything that is read of a thing."""
        named = [way for choice in self.parts_of for way in choice]
        return [way for way in (self.takes, *named, self.anchored_by) if way]


#: The hazard that something is on, by the reference that people know it by.
_THE_HAZARD = ("hazard__imported_reference", "hazard__reference")
_THE_CONTROL = ("control__reference",)
_ON_HAZARD = PageOf("hazard_detail", "hazard__reference", (_THE_HAZARD,))
_CONTROL_ON_HAZARD = PageOf("hazard_detail", "hazard__reference", (_THE_CONTROL, _THE_HAZARD))
_ON_DECISION = PageOf("decision_detail", "decision__reference", (("decision__reference",),))
_OF_OPTION = ("option__decision__reference",)
_OF_MATRIX = PageOf("risk_matrix_version", "matrix__number")
_OF_CHARTER = PageOf("charter_version", "charter__number")
_OF_SESSION = ("workshop__title",)
_ON_SESSION = PageOf("workshop", "workshop__number", (_OF_SESSION,))

#: By the model's label. A thing that is shown as a part of another leads to that one's page.
PAGES: dict[str, PageOf] = {
    "hazards.hazard": PageOf("hazard_detail", "reference"),
    "hazards.harm": _ON_HAZARD,
    "hazards.cause": _ON_HAZARD,
    "hazards.estimate": _ON_HAZARD,
    "hazards.assumption": _ON_HAZARD,
    "hazards.hazardfeature": PageOf(
        "hazard_detail", "hazard__reference", (("feature__reference",), _THE_HAZARD)
    ),
    "hazards.controllink": _CONTROL_ON_HAZARD,
    "hazards.newhazardlink": _CONTROL_ON_HAZARD,
    "hazards.control": PageOf(
        "hazard_detail",
        "links__hazard__reference",
        anchor="control-{}",
        anchored_by="reference",
    ),
    "hazards.evidence": PageOf("hazard_detail", "control_links__control__links__hazard__reference"),
    "hazards.evidencelink": PageOf(
        "hazard_detail", "control__links__hazard__reference", (_THE_CONTROL,)
    ),
    "hazards.matrixversion": PageOf("risk_matrix_version", "number"),
    "hazards.severitylevel": _OF_MATRIX,
    "hazards.likelihoodlevel": _OF_MATRIX,
    "hazards.riskclass": _OF_MATRIX,
    "hazards.harmoutcome": _OF_MATRIX,
    "hazards.cell": PageOf(
        "risk_matrix_version", "matrix__number", (("severity__word",), ("likelihood__word",))
    ),
    "hazards.importbatch": PageOf("import_report", "public_id"),
    "hazards.plan": PageOf("plan_version", "number"),
    "hazards.planclass": PageOf("plan_version", "plan__number"),
    "reviews.hazardreview": _ON_HAZARD,
    "reviews.acceptance": _ON_HAZARD,
    "reviews.story": PageOf("story_detail", "public_id"),
    "reviews.signoff": PageOf("sign_off", "public_id"),
    "reviews.decision": PageOf("decision_detail", "reference"),
    "reviews.decisionoption": _ON_DECISION,
    "reviews.decisionhazard": _ON_DECISION,
    "reviews.optionestimate": PageOf(
        "decision_detail", "option__decision__reference", (("option__name",), _OF_OPTION)
    ),
    "reviews.safeguard": PageOf("decision_detail", "option__decision__reference", (_OF_OPTION,)),
    "reviews.safeguardhazard": PageOf(
        "decision_detail",
        "safeguard__option__decision__reference",
        (("safeguard__option__decision__reference",),),
    ),
    "reviews.reviewtrigger": _ON_DECISION,
    "reviews.dissent": _ON_DECISION,
    "reviews.charter": PageOf("charter_version", "number"),
    "reviews.riskbenefit": PageOf("risk_benefit", "number", (_THE_HAZARD,)),
    "reviews.charteroutcome": _OF_CHARTER,
    "reviews.chartertradeoff": _OF_CHARTER,
    "reviews.decisionright": _OF_CHARTER,
    "reviews.workshop": PageOf("workshop", "number"),
    "reviews.workshopfeature": PageOf(
        "workshop", "workshop__number", (("feature__reference",), _OF_SESSION)
    ),
    "reviews.attendance": _ON_SESSION,
    "reviews.workshopstep": _ON_SESSION,
    "reviews.workshopentry": PageOf("workshop", "workshop__number", (("step__text",), _OF_SESSION)),
    "reviews.checkpointrhythm": PageOf("checkpoint_list"),
    "reviews.checkpoint": PageOf("checkpoint", "number"),
    "reviews.actionitem": PageOf("action_list"),
    "safetycase.section": PageOf("section", "key"),
    "safetycase.baseline": PageOf("version_candidate", "public_id"),
    "safetycase.issue": PageOf("version_detail", "number"),
    "safetycase.renderedpdf": PageOf("version_detail", "issue__number"),
    "safetycase.gateresult": PageOf("release_gate", "release__label"),
    "safetycase.breakglass": PageOf("release_gate", "release__label"),
    "safetycase.releasestatement": PageOf("release_statement", "release__label"),
    "products.product": PageOf("product_home"),
    "products.intendeduse": PageOf("intended_use_version", "number"),
    "products.membership": PageOf("team"),
    "products.trackerconnection": PageOf("tracker_detail", "public_id"),
    "products.trackeritem": PageOf(
        "tracker_detail", "connection__public_id", (("connection__name",),)
    ),
    "products.apitoken": PageOf("token_list"),
    "products.glossaryterm": PageOf("glossary"),
    "products.feature": PageOf("feature_detail", "reference"),
    "products.release": PageOf("release_detail", "label"),
    "products.change": PageOf("change_detail", "reference"),
    "reviews.triage": PageOf("triage_list"),
    "reviews.triageanswer": PageOf("triage_list"),
    "reviews.triagecover": PageOf("triage_list"),
    "reviews.concern": PageOf("concern_detail", "public_id"),
    "reviews.question": PageOf("question_list"),
    "reviews.hazardlook": _ON_HAZARD,
    "products.releasefeature": PageOf("release_detail", "release__label"),
}

Found = dict[int, tuple[str, str]]  # the address and what it is a part of, by key


def add_links(changes: Iterable[Change], product: Product) -> None:
    """Say of each change where its thing has a page and what it is a part of.

    One query for each kind of thing.
    """
    changed = list(changes)
    wanted: dict[str, set[int]] = defaultdict(set)
    for change in changed:
        wanted[change.model].add(change.object_id)
    found = {label: _found(label, keys, product) for label, keys in wanted.items()}
    for change in changed:
        change.url, change.of = found[change.model].get(change.object_id, ("", ""))


def _found(label: str, keys: Collection[int], product: Product) -> Found:
    page = PAGES.get(label)
    if page is None:
        return {}
    if not page.takes:
        return dict.fromkeys(keys, (reverse(page.name, args=[product.slug]), ""))
    model: Any = apps.get_model(label)
    # A part of several things leads to the first of them.
    rows = model.objects.filter(pk__in=keys).order_by("-pk", "-" + page.takes)
    return {
        key: (_address(page, product, values), _parts_of(page, values))
        for key, *values in rows.values_list("pk", *page.ways)
    }


def _address(page: PageOf, product: Product, values: Sequence[Any]) -> str:
    if values[0] is None:
        return ""
    place = f"#{page.anchor.format(values[-1])}" if page.anchor else ""
    return reverse(page.name, args=[product.slug, values[0]]) + place


def _parts_of(page: PageOf, values: Sequence[Any]) -> str:
    names, rest = [], list(values[1:])
    for choice in page.parts_of:
        offered, rest = rest[: len(choice)], rest[len(choice) :]
        names.append(next((str(name) for name in offered if name), ""))
    return ", ".join(name for name in names if name)
