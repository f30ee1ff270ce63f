"""One language: what each hazard means to either side, the words of the product, and stories."""

from typing import NamedTuple

from accounts.actions.people import system_person
from accounts.models import User
from hazards.actions.hazards import edit_hazard
from hazards.models import Hazard
from hazards.reading import read_hazards
from products.actions.glossary import write_term
from products.actions.tickets import take_ticket
from products.actions.trackers import connect_tracker
from products.choices import Side, TrackerKind
from products.models import Product, TrackerConnection
from products.trackers.ticket import Ticket
from products.trackers.told import Told
from reviews.actions.stories import give_reason, set_story_open, write_story
from reviews.models import Story
from reviews.stories.reading import in_words
from reviews.stories.words import drafted

People = dict[str, User]


class DemoVoices(NamedTuple):
    """What a hazard means to each side; '' for patients: the hazard's own sentence speaks."""

    for_patients: str
    for_product: str


VOICES = {
    "HAZ-001": DemoVoices(
        "I feel different since spring, but my tablets keep coming, and nobody has asked me.",
        "The yearly prescription is what people like best about us. One serious case that a "
        "monthly call would have caught, and we are back to monthly for everybody.",
    ),
    "HAZ-002": DemoVoices(
        "I wrote that I had black stools. I got “thank you for your answers”.",
        "The check-in must be short to be answered at all. Red flags go past the score, so a short "
        "form can stay short.",
    ),
    "HAZ-003": DemoVoices(
        "I was too unwell to look at my phone. They took that to mean that I was fine.",
        "About one check-in in six is not answered at first. Chasing costs calls; not chasing "
        "makes our answer rate look better than it is.",
    ),
    "HAZ-004": DemoVoices(
        "I take a medicine that can poison my blood, and it came again without a test.",
        "About three reissues in a hundred are held, and each costs a pharmacist a call. A hold "
        "that is wrong costs trust twice: with the patient and with the pharmacist.",
    ),
    "HAZ-005": DemoVoices(
        "",
        "A wrong bag is the complaint that reaches the newspapers. Scanning adds two seconds to a "
        "parcel and takes out the second check by eye.",
    ),
    "HAZ-006": DemoVoices(
        "My epilepsy tablets run out on Sunday and the box has not come.",
        "Every hold that we add for safety can become this. A bridge of seven days costs a few "
        "pounds; an emergency call costs the patient’s trust.",
    ),
    "HAZ-007": DemoVoices(
        "My answer was in the list with two hundred others, and nobody read it that day.",
        "Each new alert looks cheap to build. Clinicians answer about forty a day; what we add on "
        "top is not read.",
    ),
    "HAZ-008": DemoVoices(
        "I told the hospital about penicillin. The website had no way of knowing.",
        "We depend on the national record being up. When it is slow, orders stop, and people leave "
        "the form half-way.",
    ),
    "HAZ-009": DemoVoices(
        "I had a new kidney problem and was still asked only once a year.",
        "Tiers are what makes a year possible: most people are asked seldom so that some can be "
        "asked often. Leave someone in the wrong one and the whole idea is wrong.",
    ),
    "HAZ-010": DemoVoices(
        "I have no smartphone. The others were asked how they are; I was not.",
        "People without digital access are one in nine and take the most medicines. The telephone "
        "list is the dearest channel and the one that finds the most.",
    ),
    "HAZ-011": DemoVoices(
        "The hospital stopped this tablet. It was in my parcel on Tuesday.",
        "Discharge letters come in four formats. Each one that does not match a patient is a task "
        "for a person, today.",
    ),
    "HAZ-012": DemoVoices(
        "It was marked urgent, and I waited two days, because there were more of us than they "
        "could look after.",
        "Growth is capped by clinicians, not by servers. The cap protects the margin as much as "
        "the patients: it is what keeps a monthly review for everybody away.",
    ),
}

#: What somebody on the telephone said after version 1 was issued.
SINCE_VERSION_ONE = DemoVoices(
    "My epilepsy tablets run out on Sunday, the box is held for a form, and nobody told me what to "
    "do until Monday.",
    VOICES["HAZ-006"].for_product,
)


class DemoTerm(NamedTuple):
    """A word of this product."""

    word: str
    forms: str
    side: str
    meaning: str
    by: str


TERMS = (
    DemoTerm(
        "tier",
        "tiers",
        Side.CLINICAL,
        "How often somebody is asked how they are: yearly, quarterly or monthly. A rule places "
        "people, on what could go wrong for them; a clinician may raise a tier at once.",
        "clinical_product_manager",
    ),
    DemoTerm(
        "check-in",
        "check-ins",
        Side.PRODUCT,
        "A few questions, by application, text, telephone or letter. It is no medication review: "
        "it finds out who needs one.",
        "product_manager",
    ),
    DemoTerm(
        "red flag",
        "red flags\nred-flag",
        Side.CLINICAL,
        "An answer that calls for a clinician today whatever else was said, for example black "
        "stools on a blood thinner.",
        "pharmacist",
    ),
    DemoTerm(
        "time-critical medicine",
        "time-critical medicines",
        Side.CLINICAL,
        "A medicine of which a missed dose can hurt within days: for epilepsy, Parkinson’s, "
        "anticoagulation, after a transplant. The list is the pharmacist’s.",
        "pharmacist",
    ),
    DemoTerm(
        "reissue",
        "reissues\nreissued",
        Side.PRODUCT,
        "Sending the next supply of a prescription that still runs. Nobody prescribes anew: that "
        "is why something has to ask in between.",
        "product_manager",
    ),
    DemoTerm(
        "hold",
        "holds\non hold",
        Side.CLINICAL,
        "A dispatch that waits for a pharmacist. It protects, and it can leave somebody without "
        "medicine: see HAZ-006.",
        "cso",
    ),
    DemoTerm(
        "worklist",
        "worklists",
        Side.CLINICAL,
        "What a clinician has to decide today. It may be long; it may not be emptied without an "
        "outcome for each line.",
        "pharmacist",
    ),
    DemoTerm(
        "churn",
        "",
        Side.PRODUCT,
        "The share of people who ordered three months ago and do not any more. We read it together "
        "with why: somebody who stopped a medicine with their doctor is no loss.",
        "product_manager",
    ),
)

#: Controls of 1.1.0 that are stories: the hazard, the beginning of the control, the feature.
STORIES = (
    ("HAZ-001", "Every prescription expires after twelve months"),
    ("HAZ-002", "Any single red-flag answer raises an urgent alert"),
    ("HAZ-009", "The tier is computed again before each dispatch"),
)
#: One of 1.0.0 whose work is finished.
DONE = ("HAZ-004", "Reissue is blocked without an in-range result")

FROM_THE_TRACKER = (
    (
        Ticket(
            external_id="DP-231",
            title="Chase a check-in that nobody answered, and hand it to a person",
            what="After three days without an answer the check-in becomes a call task.",
            url="https://tracker.example/browse/DP-231",
            labels=frozenset({"safety"}),
        ),
        ("HAZ-003", "An unanswered check-in is chased"),
    ),
    (
        Ticket(
            external_id="DP-238",
            title="Shorten the check-in from six questions to three",
            what="Fewer people give up half-way when there are three questions.",
            url="https://tracker.example/browse/DP-238",
            labels=frozenset({"safety"}),
        ),
        None,
    ),
)


def say_in_both_voices(product: Product, people: People) -> None:
    """What each hazard means for patients and for the product, each side in its own words."""
    for hazard in Hazard.objects.filter(product=product).order_by("number"):
        said = VOICES[hazard.reference]
        if said.for_patients:
            edit_hazard(
                hazard=hazard,
                by=people["pharmacist"],
                changes={"for_patients": said.for_patients},
                reason="As patients said it at the workshop",
            )
        edit_hazard(
            hazard=hazard,
            by=people["product_manager"],
            changes={"for_product": said.for_product},
            reason="What it means for the product",
        )


def speak_one_language(product: Product, people: People) -> None:
    """The words of the product, stories of controls, and a hazard that is said in other words."""
    for term in TERMS:
        write_term(
            product=product,
            by=people[term.by],
            word=term.word,
            forms=term.forms,
            side=term.side,
            meaning=term.meaning,
        )
    edit_hazard(
        hazard=Hazard.objects.get(product=product, reference="HAZ-006"),
        by=people["pharmacist"],
        changes={"for_patients": SINCE_VERSION_ONE.for_patients},
        reason="As a patient told it on the telephone",
    )
    for reference, text in STORIES:
        _story(product, people["clinical_product_manager"], reference, text)
    done = _story(product, people["engineer"], *DONE)
    set_story_open(
        story=done, by=people["engineer"], is_open=False, reason="Released with 1.0.0 and verified"
    )
    _bring_from_the_tracker(product, people)


def _story(product: Product, by: User, reference: str, text: str) -> Story:
    hazard = Hazard.objects.get(product=product, reference=reference)
    [reading] = read_hazards([hazard])
    control = next(each for each in reading.controls if each.control.text.startswith(text))
    draft = drafted(in_words(reading, control))
    return write_story(
        control=control.control,
        hazard=hazard,
        by=by,
        title=draft.title,
        criteria=f"{draft.story}\n\n{draft.criteria}",
        feature=reading.features[0] if reading.features else None,
    )


def _bring_from_the_tracker(product: Product, people: People) -> None:
    tracker = TrackerConnection.objects.filter(product=product, is_active=True).first()
    if tracker is None:
        tracker, _ = connect_tracker(
            product=product,
            by=people["product_manager"],
            kind=TrackerKind.GENERIC,
            name="Tracker",
            reason="Connected the team’s tracker",
        )
    system = system_person()
    for ticket, protects in FROM_THE_TRACKER:
        told = Told(what=f"Ticket {ticket.external_id} was labelled “safety”", ticket=ticket)
        take_ticket(connection=tracker, by=system, told=told)
        if protects is not None:
            reference, text = protects
            hazard = Hazard.objects.get(product=product, reference=reference)
            [reading] = read_hazards([hazard])
            control = next(each for each in reading.controls if each.control.text.startswith(text))
            give_reason(
                story=Story.objects.get(item__external_id=ticket.external_id),
                by=people["cso"],
                control=control.control,
                hazard=hazard,
            )
