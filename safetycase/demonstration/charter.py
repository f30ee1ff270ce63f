"""The safety charter of the demonstration: both product managers write it, each side signs it."""

from typing import Any

from accounts.models import User
from products.choices import Side
from products.models import Product
from reviews.actions.charters import add_line, draft_charter, sign_charter, write_promise
from reviews.charter.lines import LineKind
from reviews.charter.reading import read_charter
from reviews.choices import Meaning, TradeOff
from reviews.models import Charter
from safetycase.demonstration.plan import confirmed

People = dict[str, User]

PROMISE = (
    "We look at every change together before it is built. The clinical side says early what "
    "worries it, how it would show, and what would change its mind. The product side says early "
    "what it needs, for whom, and what it can give up.\n\n"
    "Neither of us wins by wearing the other down. Where our views stand against each other we "
    "look for the third option, and caution is an option too, with hazards of its own. Where we "
    "find none, the plan decides."
)

OUTCOMES = (
    (
        Side.CLINICAL,
        "Nobody goes without a medicine that they need",
        "Days without supply per patient, from dispatch records and open holds, every month",
        "fewer than 1 patient in 1,000 a month without supply for a day",
    ),
    (
        Side.CLINICAL,
        "A warning sign reaches a clinician in time",
        "Working hours from a concerning answer to a named clinician who opens it, every week",
        "95 in 100 within 4 working hours, none later than the next working day",
    ),
    (
        Side.CLINICAL,
        "Nobody takes a medicine for longer than it suits them",
        "Prescriptions that continue past their review date, and what reviews stopped, by quarter",
        "none continues for more than 14 days past its review",
    ),
    (
        Side.PRODUCT,
        "A repeat takes no effort",
        "Share of repeats delivered without a call, and with no form but the check-in, every month",
        "90 in 100 by June 2027",
    ),
    (
        Side.PRODUCT,
        "Clinicians’ time goes where the risk is",
        "Share of review time spent on people in the monthly and the quarterly tier, by quarter",
        "at least 70 in 100",
    ),
    (
        Side.PRODUCT,
        "The service can afford to grow",
        "Clinical and support hours for one patient in one year, by quarter",
        "under 2 hours; monthly review for everyone took 5",
    ),
)

NEVER = (
    "Move a patient to a lower tier to clear a queue or to meet a target.",
    "Read silence as being well: an unanswered check-in never continues a prescription by itself.",
    "Interrupt a medicine whose sudden stop does harm while a hold is being sorted out.",
    "Let a year pass without a clinician having looked at a prescription.",
)

MAY = (
    "Ask fewer questions of people at lower risk, as long as something else would tell us early "
    "that we are wrong.",
    "Make the journey less smooth where one question catches a warning sign: up to one minute of "
    "a patient’s time a month.",
    "Bring a feature out to the lower tiers first, and to the others once its signals have held "
    "for a quarter.",
    "Ship later rather than without a safeguard; ship without a convenience rather than later.",
)

RIGHTS = (
    (
        "How long a prescription lasts, and for whom",
        "The clinical product manager and the product manager together",
        "Superintendent pharmacist, clinical safety officer",
    ),
    (
        "The rules that place a patient in a tier, and the threshold of an alert",
        "The clinical safety officer",
        "The pharmacists who answer the alerts, clinical product manager, engineering lead",
    ),
    (
        "What goes into a release, and what is dropped from it",
        "The product manager",
        "Clinical product manager, engineering lead",
    ),
    (
        "Which question comes first when both sides wait",
        "The clinical product manager",
        "Both sides, at the checkpoint of the sprint",
    ),
)


def agree_charter(product: Product, people: People) -> None:
    """Version 1: both sides write it, then one person of each signs."""
    clinical, of_product = people["clinical_product_manager"], people["product_manager"]
    charter = draft_charter(
        product=product, by=clinical, reason="Began the charter after the yearly prescription"
    )
    charter = write_promise(charter=charter, by=clinical, promise=PROMISE)
    for side, outcome, measure, target in OUTCOMES:
        said = {"side": side, "outcome": outcome, "measure": measure, "target": target}
        by = clinical if side is Side.CLINICAL else of_product
        _add(charter, by, LineKind.OUTCOME, said)
    for kind, by, texts in ((TradeOff.NEVER, clinical, NEVER), (TradeOff.MAY, of_product, MAY)):
        for text in texts:
            _add(charter, by, LineKind.TRADE_OFF, {"kind": kind, "text": text})
    for what, decides, consulted in RIGHTS:
        said = {"what": what, "decides": decides, "consulted": consulted}
        _add(charter, of_product, LineKind.RIGHT, said)
    for meaning, key in ((Meaning.FOR_CLINICAL, "cso"), (Meaning.FOR_PRODUCT, "product_manager")):
        sign_charter(
            charter=charter,
            by=people[key],
            meaning=meaning,
            seen=read_charter(charter).subject.fingerprint,
            confirmed=confirmed(people, key),
        )


def _add(charter: Charter, by: User, kind: LineKind, values: dict[str, Any]) -> None:
    add_line(charter=charter, by=by, kind=kind, values=values)
