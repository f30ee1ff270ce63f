"""Safety in the rhythm of delivery: triage, two changes, concerns, questions, a look."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from accounts.actions.notifications import mark_all_read
from accounts.models import User
from hazards.models import Control, ControlLink, Hazard
from products.actions.changes import create_change
from products.actions.features import edit_feature, set_build_state
from products.choices import BuildState, Side
from products.models import Change, Feature, Product, Release
from reviews.actions.concerns import answer_concern, raise_concern
from reviews.actions.looks import close_looks
from reviews.actions.questions import answer_question, ask_question
from reviews.actions.triage import answer_triage, record_triage
from reviews.choices import ConcernOutcome, TriageOutcome

People = dict[str, User]


class DemoTriage(NamedTuple):
    """What a feature touches, who said so, and what the officer answered.

    ``criteria`` are the first words of the controls that go to the ticket.
    """

    by: str
    touches: tuple[str, ...]
    note: str
    hazards: tuple[str, ...]
    criteria: tuple[str, ...]
    answer: str


TRIAGES = {
    "FEAT-1": DemoTriage(
        "product_manager",
        ("medicines", "results"),
        "It sends medicines without anybody asking for them.",
        ("HAZ-004", "HAZ-006"),
        ("Reissue is blocked without", "A medicine that nobody", "A hold on a time-critical"),
        "The block and the way round it are one piece of work: a reissue that is held and that "
        "nobody resolves becomes HAZ-006. Build neither without the other.",
    ),
    "FEAT-2": DemoTriage(
        "product_manager",
        ("identity", "medicines", "wording"),
        "A prescriber decides on what the form and the record show.",
        ("HAZ-008",),
        ("Allergies are picked", "Prescribing is not possible"),
        "An empty allergy field must never read as no allergy. If the record does not answer, the "
        "override needs a reason that a second prescriber can judge.",
    ),
    "FEAT-3": DemoTriage(
        "engineer",
        ("identity", "medicines"),
        "Two people at one address, two parcels on one bench.",
        ("HAZ-005", "HAZ-006"),
        ("The packing station scans",),
        "The scan stops the line; it does not warn. A station that is down packs nothing.",
    ),
    "FEAT-4": DemoTriage(
        "engineer",
        ("results", "interfaces", "delivery"),
        "Five laboratories and two hospitals, each with their own codes.",
        ("HAZ-004", "HAZ-011"),
        ("Units and codes are normalised", "Unmatched messages stand"),
        "What we cannot read is shown as no result and goes to a person. Nothing is guessed.",
    ),
    "FEAT-5": DemoTriage(
        "clinical_product_manager",
        ("medicines", "scale", "purpose", "control"),
        "The monthly reissue was itself a look at the patient. It goes, so something else has to "
        "look in between.",
        ("HAZ-001", "HAZ-009"),
        ("Every prescription expires after twelve", "The care record is queried before"),
        "Covered only together with FEAT-6 and FEAT-7: a year without check-ins and tiers is not "
        "this feature. The end after twelve months has no override.",
    ),
    "FEAT-6": DemoTriage(
        "product_manager",
        ("results", "wording", "delivery"),
        "Patients answer on their telephone; some will not answer.",
        ("HAZ-002", "HAZ-003", "HAZ-010"),
        (
            "Any single red-flag answer",
            "An unanswered check-in is chased",
            "The channel (application, text",
        ),
        "Silence is a finding, not an absence of one. The wording of the red-flag questions is "
        "agreed with Samir before it is translated.",
    ),
    "FEAT-7": DemoTriage(
        "clinical_product_manager",
        ("calculation", "purpose"),
        "The rule places a person in a tier; it does not choose a treatment.",
        ("HAZ-001", "HAZ-009", "HAZ-012"),
        ("The tier is computed again", "A clinician may raise a tier"),
        "Missing data put the patient in the higher tier, always. The device question is asked "
        "again for 1.1.0, since a patient's own answers now move them between tiers.",
    ),
    "FEAT-8": DemoTriage(
        "engineer",
        ("results", "delivery", "scale"),
        "More patients mean more alerts for the same three clinicians.",
        ("HAZ-002", "HAZ-007", "HAZ-012"),
        ("Alerts have three levels", "Alerts for one patient", "Alerts past their limit"),
        "Merging never lowers a level. Show me the list on a Monday morning with 400 patients "
        "before it is built further.",
    ),
}

#: When building began; the first four were built before the kick-off of 1.1.0.
BEGAN = {
    "FEAT-1": date(2026, 9, 7),
    "FEAT-2": date(2026, 9, 7),
    "FEAT-3": date(2026, 9, 14),
    "FEAT-4": date(2026, 9, 21),
}

NEW_CODES = (
    "From January one of the five laboratories sends potassium, sodium and creatinine under new "
    "codes, for two weeks beside the old ones. The translation table gets the new codes; a result "
    "under a code that it does not know goes on being shown as no result."
)
NEW_PHOTOGRAPHS = (
    "New photographs on the page that explains the delivery box. No text, no step and nothing that "
    "a patient acts on changes."
)
CONCERN = (
    "When a check-in is answered at night the red-flag text says that nobody watches the form, but "
    "it is the same blue as every other message. Tired people will not read it."
)
EXPLAINED = (
    "You are right that blue says nothing. HAZ-002 has a control for this text; that it must look "
    "like no other message is part of it from now on. Thank you for saying so."
)
OPEN_CONCERN = (
    "Two of our patients share a name and a birthday, and live in one street. The scan tells bags "
    "apart, but what does the telephone script ask when one of them calls?"
)
TO_CLINICAL = (
    "We could send the quarterly check-in in the week of the delivery, which doubles the answers "
    "in our trial. Does it matter clinically that it then comes up to ten days earlier or later?"
)
TO_PRODUCT = (
    "How many people would be in the monthly tier on the first day, by pharmacy? Above sixty for "
    "each clinician the call tasks cannot be done within a week."
)
ASKED_EARLIER = "May a carer answer a check-in for somebody who cannot use a telephone?"
ANSWERED = (
    "Yes, if the patient has named them in the record, and the answer says that it is the carer's. "
    "A carer's red flag counts as the patient's own."
)
SAID_ANEW = (
    "A one-minute questionnaire replaces the monthly call for most people; whoever does not answer "
    "is called within the tier's limit."
)
LOOKED = (
    "Looked: the sentence now says what the control says. Whoever has no digital channel is called "
    "from the start, so nothing changes for this hazard."
)


def triage_first_release(product: Product, people: People) -> None:
    """Triage what release 1.0.0 carries, before its version is frozen; it is built."""
    _kick_off(product, people, list(BEGAN))


def bring_into_the_rhythm(product: Product, people: People) -> None:
    """Triage of what 1.1.0 carries, which is in build; two changes, concerns, questions, a look."""
    _kick_off(product, people, [each for each in TRIAGES if each not in BEGAN])
    features = {each.reference: each for each in Feature.objects.filter(product=product)}
    hazards = {each.reference: each for each in Hazard.objects.filter(product=product)}
    _changes(product, people, features["FEAT-4"])
    _concerns(product, people, hazards)
    _questions(product, people, features, hazards)
    _say_anew(people, features["FEAT-6"], hazards["HAZ-010"])


def read_what_was_told(people: People) -> None:
    """Everybody has read their bell: what is new in it from now on is news."""
    for person in people.values():
        mark_all_read(by=person)


def _kick_off(product: Product, people: People, references: Sequence[str]) -> None:
    hazards = {each.reference: each for each in Hazard.objects.filter(product=product)}
    for reference in references:
        feature = Feature.objects.get(product=product, reference=reference)
        _triage(product, people, feature, TRIAGES[reference], hazards)
        _build(feature, people, BEGAN.get(reference))


def _triage(
    product: Product,
    people: People,
    feature: Feature,
    told: DemoTriage,
    hazards: dict[str, Hazard],
) -> None:
    triage = record_triage(
        product=product,
        by=people[told.by],
        feature=feature,
        touches=told.touches,
        outcome=TriageOutcome.NEEDS_CSO,
        note=told.note,
    )
    covering = [hazards[reference] for reference in told.hazards]
    answer_triage(
        triage=triage,
        by=people["cso"],
        outcome=TriageOutcome.COVERED,
        hazards=covering,
        controls=_controls(covering, told.criteria),
        note=told.answer,
    )


def _controls(hazards: Sequence[Hazard], beginnings: Sequence[str]) -> list[Control]:
    links = ControlLink.objects.filter(hazard__in=hazards, is_active=True)
    controls = {link.control.text: link.control for link in links.select_related("control")}
    return [
        next(control for text, control in controls.items() if text.startswith(beginning))
        for beginning in beginnings
    ]


def _build(feature: Feature, people: People, began: date | None) -> None:
    set_build_state(
        feature=feature,
        by=people["product_manager"],
        state=BuildState.IN_BUILD if began is None else BuildState.BUILT,
        on=began,
    )


def _changes(product: Product, people: People, feature: Feature) -> None:
    release = Release.objects.get(product=product, label="1.1.0")
    codes = create_change(
        product=product,
        by=people["engineer"],
        title="A laboratory's new result codes",
        what=NEW_CODES,
        feature=feature,
        release=release,
        owner=people["engineer"],
    )
    _ask_officer(product, people, codes)
    photographs = create_change(
        product=product,
        by=people["product_manager"],
        title="New photographs of the delivery box",
        what=NEW_PHOTOGRAPHS,
        release=release,
        owner=people["product_manager"],
    )
    record_triage(
        product=product,
        by=people["product_manager"],
        change=photographs,
        touches=(),
        outcome=TriageOutcome.NO_EFFECT,
    )


def _ask_officer(product: Product, people: People, change: Change) -> None:
    record_triage(
        product=product,
        by=people["engineer"],
        change=change,
        touches=("results", "interfaces"),
        outcome=TriageOutcome.NEEDS_CSO,
        note="Both codes arrive for two weeks, so a result may come twice.",
    )


def _concerns(product: Product, people: People, hazards: dict[str, Hazard]) -> None:
    features = f"{product.get_absolute_url()}features/"
    concern = raise_concern(
        product=product,
        by=people["engineer"],
        text=CONCERN,
        page=f"{features}FEAT-6/",
        about="Check-ins",
    )
    answer_concern(
        concern=concern,
        by=people["cso"],
        outcome=ConcernOutcome.KNOWN,
        hazard=hazards["HAZ-002"],
        answer=EXPLAINED,
    )
    raise_concern(
        product=product,
        by=people["pharmacist"],
        text=OPEN_CONCERN,
        page=f"{features}FEAT-3/",
        about="Packing and dispatch",
    )


def _questions(
    product: Product, people: People, features: dict[str, Feature], hazards: dict[str, Hazard]
) -> None:
    earlier = ask_question(
        product=product,
        by=people["product_manager"],
        about_kind="hazard",
        about_id=str(hazards["HAZ-010"].public_id),
        to_side=Side.CLINICAL,
        text=ASKED_EARLIER,
    )
    answer_question(question=earlier, by=people["pharmacist"], answer=ANSWERED)
    ask_question(
        product=product,
        by=people["product_manager"],
        about_kind="feature",
        about_id=str(features["FEAT-6"].public_id),
        to_side=Side.CLINICAL,
        text=TO_CLINICAL,
    )
    ask_question(
        product=product,
        by=people["pharmacist"],
        about_kind="hazard",
        about_id=str(hazards["HAZ-012"].public_id),
        to_side=Side.PRODUCT,
        text=TO_PRODUCT,
    )


def _say_anew(people: People, feature: Feature, hazard: Hazard) -> None:
    """The product's voice of the check-ins changed; of three hazards one has been looked at."""
    edit_feature(
        feature=feature,
        by=people["product_manager"],
        changes={"for_product": SAID_ANEW},
        reason="Said what happens to whoever does not answer",
    )
    close_looks(hazard=hazard, by=people["pharmacist"], note=LOOKED)
