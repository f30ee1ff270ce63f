"""What the people of the demonstration said in its decisions: plain values, no database."""

from typing import NamedTuple

from products.choices import Side
from reviews.choices import FourQuestions


class ToldOption(NamedTuple):
    """An option. ``does`` is severity, likelihood and why by hazard; None: it is not touched."""

    name: str
    side: Side | None
    description: str
    evidence: str
    for_patients: str
    for_business: str
    cost: str
    does: dict[str, tuple[str, str, str] | tuple[None, None, str]]


TITLE = "How long a repeat prescription lasts"
QUESTION = (
    "For how long is a repeat prescription valid before a clinician has to look at it again: a "
    "month, or a year?"
)
FOR_PATIENTS = (
    "Medicines arrive without asking. Somebody has to notice when one of them no longer suits."
)
FOR_PRODUCT = (
    "One review a year instead of twelve is what people ask for, and what lets one pharmacist "
    "look after four times as many."
)
VIEWS = {
    Side.CLINICAL: (
        "Reissue every month. A condition changes within weeks, not within years, and a form or a "
        "call each month is how we catch a side effect, a new diagnosis, misuse, or somebody who "
        "has stopped taking the tablets. If we look once a year we will find out from a discharge "
        "letter.",
        "Numbers which show that something other than a monthly review finds a change at least as "
        "early, for the people at highest risk first of all.",
    ),
    Side.PRODUCT: (
        "One clinical review, then a year of uninterrupted delivery. Eleven of twelve monthly "
        "reviews change nothing. People answer them late, run out, and ring us; clinicians spend "
        "their days on the well and have no time for the few who are not. Monthly for everybody "
        "is how a service like ours becomes too dear to run.",
        "One patient harmed whom a monthly review would have caught and nothing else could have.",
    ),
}

NEW_HAZARD = (
    "Somebody who cannot manage a form every month leaves the service and buys the medicine "
    "without any check"
)

MONTHLY = ToldOption(
    "Monthly for all",
    Side.CLINICAL,
    "Every repeat prescription is reissued each month after a form or a call.",
    "Release 1.0.0 works this way. In its audit 11 of 12 reviews led to no change, and one form in "
    "five came back after the supply had ended.",
    "Twelve contacts a year, asked alike of those who are well and those who are not.",
    "Clinicians’ time grows with every patient. A service that let only this view win left the "
    "country.",
    "£41 for each patient and year, and 14 more clinicians for the patients planned in 2027.",
    {
        "HAZ-001": (
            "Major",
            "Very low",
            "A clinician looks every month, so hardly any change goes unseen until the next parcel",
        ),
        "HAZ-004": (None, None, "A reissue is blocked without a result, whatever the interval"),
        "HAZ-006": (
            "Major",
            "Medium",
            "One form in five comes back late, and each of them is a hold on a supply",
        ),
        "HAZ-007": (
            "Considerable",
            "Very high",
            "Twelve answers a year from everybody: nearly all need nothing, and are dismissed",
        ),
        "HAZ-009": ("Major", "Very low", "There is one tier, and it is the closest one"),
        "HAZ-012": (
            "Major",
            "High",
            "Reviews of the well fill the rota in which urgent alerts have to be answered",
        ),
        NEW_HAZARD: (
            "Considerable",
            "Low",
            "One in ten has no digital channel; a form a month is what they leave for",
        ),
    },
)

YEARLY = ToldOption(
    "Yearly for all",
    Side.PRODUCT,
    "One clinical review, then twelve months of delivery to the door.",
    "Asked for by four of five people in the survey of September. Nobody has shown what it misses.",
    "Nothing to fill in for a year, and nobody who asks.",
    "Cheapest to run, simplest to scale.",
    "£6 for each patient and year.",
    {
        "HAZ-001": (
            "Major",
            "High",
            "Within a year most conditions change once, and nobody looks in between",
        ),
        "HAZ-004": (
            "Major",
            "Medium",
            "Blood tests fall due four times within one prescription and nobody asks for them",
        ),
        "HAZ-006": ("Major", "Low", "Fewer holds; outages and couriers are what they were"),
        "HAZ-007": ("Considerable", "Low", "There are few alerts, since hardly anybody is asked"),
        "HAZ-009": ("Major", "High", "Everybody is in the yearly tier, whatever their risk"),
        "HAZ-012": ("Major", "Very low", "There are few alerts to wait for"),
        NEW_HAZARD: (None, None, "Nobody is asked for a form"),
    },
)

#: The answers that a third option was made of, one thing on each line.
ANSWERS = {
    FourQuestions.BASELINE: (
        "A clinician reviews every prescription at least once a year\n"
        "A prescription that nobody has reviewed for twelve months cannot be reissued"
    ),
    FourQuestions.STRATIFY: (
        "New medicine or a flagged side effect: a check-in every month\n"
        "Complex conditions: a check-in every quarter\n"
        "Patients are placed in a tier by rule, from their medicines, conditions and answers\n"
        "The tier is computed again before each dispatch; what is not known counts as higher risk\n"
        "Nobody is moved down without a reason and a second clinician"
    ),
    FourQuestions.MONITOR: (
        "A short questionnaire between reviews; a warning answer moves the patient up and alerts "
        "a clinician\n"
        "Dismissed second-level alerts as a share of all: above 60 %, the thresholds are set anew\n"
        "Alerts past their limit go to the duty lead"
    ),
    FourQuestions.FALLBACK: (
        "A time-critical medicine is never held to the end of its supply: a pharmacist chooses to "
        "bridge, replace or stop it\n"
        "Intake stops before clinicians are overrun; the higher tiers are never capped"
    ),
}

#: By how a safeguard begins: how the control of the log begins that it adopts, and what it
#: protects against.
ADOPTED = {
    "A prescription that nobody": ("Every prescription expires", ("HAZ-001",)),
    "Patients are placed": ("Patients with a new medicine", ("HAZ-001",)),
    "The tier is computed": ("The tier is computed again", ("HAZ-009",)),
    "Nobody is moved down": ("A clinician may raise a tier", ("HAZ-009",)),
    "A short questionnaire": ("Every patient, whatever the tier", ("HAZ-001",)),
    "Alerts past their limit": ("Alerts past their limit", ("HAZ-012",)),
    "A time-critical medicine": ("A hold on a time-critical medicine", ("HAZ-006",)),
    "Intake stops": ("Patients per clinician", ("HAZ-012",)),
}

THIRD = ToldOption(
    "Yearly review, check-ins by tier",
    None,
    "A clinician reviews every prescription once a year. In between, those at higher risk are "
    "asked each month or each quarter, by rule, and a warning answer reaches a clinician the same "
    "day.",
    "The tier rule found 46 of 48 changes in the records of 1,200 patients that two clinicians had "
    "labelled; a monthly review found 44 of them.",
    "Most people are left in peace; those who change are asked, and answered, sooner than by a "
    "monthly form.",
    "Clinicians’ time goes where it is needed. The rule and its monitoring have to be kept up.",
    "£11 for each patient and year; eleven weeks to build, and one pharmacist who owns the rule.",
    {
        "HAZ-001": (
            "Major",
            "Low",
            "Check-ins and record queries find most changes before the next dispatch",
        ),
        "HAZ-004": ("Major", "Low", "The block on a missing result stays as it is"),
        "HAZ-006": (
            "Major",
            "Low",
            "Holds are fewer than by month, and at seven days of supply a pharmacist decides",
        ),
        "HAZ-007": (
            "Considerable",
            "Low",
            "Only those at higher risk are asked often; three levels keep the list short",
        ),
        "HAZ-009": (
            "Major",
            "Very low",
            "The tier is computed at each dispatch and unknown data count as higher risk",
        ),
        "HAZ-012": ("Major", "Low", "Intake stops before the limit of the rota is passed"),
        NEW_HAZARD: (
            None,
            None,
            "Nobody is asked each month who is not in the monthly tier, and a call replaces a form",
        ),
    },
)
WHY = (
    "It is the only option that makes no hazard worse. Everybody gets the review that the clinical "
    "side will not give up; most people get the year of peace that the product side wants; and the "
    "time that this frees goes to those who need it. Both of the others leave a risk that the plan "
    "lets nobody accept."
)
TRIGGERS = (
    "more than 60 % of second-level alerts are dismissed in two months running",
    "a patient is harmed between two reviews by a change that no check-in asked for",
    "more than one in ten of the monthly tier does not answer",
)
DISSENT = (
    "I would have every anticoagulant in the monthly tier for its first year, rule or no rule. The "
    "labelled cases held only nineteen of them, which is too few to trust the rule with. I can "
    "live with the decision if somebody counts them."
)
AGREED_CLINICAL = "The dissent of the pharmacist is fair: I will bring the nineteen to the review."

# --- A decision that is open ----------------------------------------------------------------------

OPEN_TITLE = "What happens to the parcel when somebody does not answer"
OPEN_QUESTION = (
    "Somebody in the monthly tier has not answered a check-in and cannot be reached. Does the "
    "next parcel go out?"
)
OPEN_FOR_PATIENTS = (
    "The silent are often the unwell. They are also the ones who are worst off without their "
    "medicine."
)
OPEN_CLINICAL = (
    "Hold it. Silence in the monthly tier is the worst sign we get: of the last thirty who did not "
    "answer, four were in hospital. A parcel on the doormat tells nobody that something is wrong.",
    "A way to reach nearly everybody within two days that does not depend on their answering.",
)
OPEN_HOLD = ToldOption(
    "Hold the parcel until a clinician has decided",
    Side.CLINICAL,
    "After the limit of the tier nothing is dispatched without a clinician’s recorded decision.",
    "Four of thirty silent patients were in hospital (October 2026).",
    "Whoever is unwell is looked for. Whoever merely forgot may run out.",
    "About sixty calls a week more at today’s numbers.",
    "Half a clinician.",
    {
        "HAZ-003": ("Considerable", "Very low", "Nothing goes out before somebody has looked"),
        "HAZ-006": ("Major", "Medium", "Most of the silent are well, and their supply ends"),
    },
)
OPEN_SEND = ToldOption(
    "Send the parcel and keep calling",
    Side.PRODUCT,
    "The parcel goes out; the call task stays open until somebody answers.",
    "",
    "Nobody runs out. Somebody who is unwell goes on taking what may harm them.",
    "No holds to explain on the telephone.",
    "",
    {
        "HAZ-003": (
            "Considerable",
            "Medium",
            "A call that is not answered changes nothing before the next dose",
        ),
        "HAZ-006": ("Major", "Low", "As it is today"),
    },
)
