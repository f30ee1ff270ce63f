"""The pages on which a break-glass release is asked for and signed, and a statement is made."""

from collections.abc import Sequence
from typing import Any

from django.urls import reverse

from accounts.editing import Page
from reviews.choices import Meaning
from reviews.decisions.disagreement import disagreements_over
from reviews.signing.page import SigningPage, ToSign
from reviews.signing.statements import statement_of
from safetycase.gate.access import GlassAt, ReleaseAt
from safetycase.gate.breaking import (
    SIGNATORIES,
    against_breaking,
    against_rejecting_glass,
    against_signing_glass,
)
from safetycase.gate.reading import GateReading, gate_for_page
from safetycase.gate.signing import statement_subject
from safetycase.gate.stating import Stating
from safetycase.models import Issue, ReleaseStatement
from safetycase.obstacles import against_approving

Trail = Sequence[tuple[str, str]]

_VERBS = {Meaning.APPROVED: "Agree to", Meaning.AUTHORISED: "Authorise"}


def gate_url(release: Any) -> str:
    """The address of a release's gate."""
    return reverse("release_gate", args=[release.product.slug, release.label])


def asking_page(gate: GateReading, trail: Trail, how_checked: str) -> Page:
    """The form that asks that a blocked release goes out all the same."""
    url = gate_url(gate.release)
    return Page(
        heading=f"Release {gate.release.label} in spite of the gate",
        submit="Ask both for their signature",
        done_url=url,
        done="Asked. It holds once the clinical safety officer and the accountable executive have "
        "both signed it.",
        intro="Break the glass only where waiting harms patients more than going. It holds once "
        "the clinical safety officer and the accountable executive have both signed it, until the "
        f"day that you choose, and it is printed. {how_checked}",
        trail=(*trail, ("Release gate", url)),
        template="safetycase/gate/ask.html",
        more={"in_the_way": against_breaking(gate), "reasons": gate.reasons},
    )


def glass_page(at: GlassAt, trail: Trail) -> dict[str, Any]:
    """What the page of a break-glass release shows."""
    reading = at.reading
    waits = [
        (_VERBS[each], reverse("break_glass_sign", args=[*_address(at), each.value]))
        for each in reading.missing
        if reading.is_waiting and each in at.signs_as
    ]
    return {
        "heading": f"Break-glass release of {at.release.label}",
        "trail": [*trail, ("Release gate", gate_url(at.release)), ("Break-glass", "")],
        "release": at.release,
        "reading": reading,
        "glass": reading.glass,
        "to_sign": waits,
        "missing": [SIGNATORIES[each].label.lower() for each in reading.missing],
        "may_reject": bool(at.signs_as) and not against_rejecting_glass(reading, at.person),
        "disagreements": disagreements_over([reading.subject]),
    }


def glass_url(at: GlassAt) -> str:
    """The address of a break-glass release."""
    return reverse("break_glass", args=_address(at))


def _address(at: GlassAt) -> list[Any]:
    return [at.product.slug, at.release.label, at.reading.glass.public_id]


def signing_glass_page(at: GlassAt, meaning: Meaning, trail: Trail) -> SigningPage:
    """The page on which a break-glass release is signed."""
    may, reading = meaning in at.signs_as, at.reading
    url = glass_url(at)
    role = SIGNATORIES[meaning].label.lower()
    gate = gate_for_page(at.product, at.release)
    return SigningPage(
        heading=f"{_VERBS[meaning]} the release of {at.release.label} in spite of the gate",
        submit=f"Sign: {meaning.label.lower()}",
        done="Signed. Your signature is in the record.",
        done_url=url,
        trail=(*trail, ("Break-glass", url)),
        to_sign=[ToSign(reading.subject, meaning, url)],
        who_may="" if may else f"This is signed by the {role}. You read here what they would sign.",
        in_the_way=against_signing_glass(reading, gate, at.person, meaning) if may else (),
        disagreements=disagreements_over([reading.subject]),
        template="safetycase/gate/sign.html",
        more={"reading": reading, "glass": reading.glass, "release": at.release},
    )


def stating_page(at: ReleaseAt, stating: Stating, trail: Trail) -> SigningPage:
    """The page on which an officer states that a release changes no clinical risk."""
    url = reverse("release_statement", args=[at.product.slug, at.release.label])
    covered = stating.covered_by
    return SigningPage(
        heading=f"State that release {at.release.label} changes no clinical risk",
        submit="State and sign it",
        done="Signed. The report that you named judges this release now.",
        done_url=url,
        trail=(*trail, ("Release statement", url)),
        to_sign=(),
        in_the_way=[*stating.in_the_way, *against_approving(at.person, at.product)],
        template="safetycase/gate/state.html",
        more={"stating": stating, "sentence": _sentence(at, covered) if covered else ""},
    )


def _sentence(at: ReleaseAt, covered_by: Issue) -> str:
    """What is signed, in its exact words."""
    coming = ReleaseStatement(product=at.product, release=at.release, covered_by=covered_by)
    return statement_of(statement_subject(coming), Meaning.APPROVED)
