"""What the gate does when a release is set to released: it is asked, and its answer is kept."""

from accounts.models import User
from audit.acts import current_act
from audit.errors import NotPossible
from audit.models import Entry
from products.going_out import Settle, ask_before_release
from products.models import Product, Release
from safetycase.gate.findings import GateFinding
from safetycase.gate.reading import GateReading, read_gate
from safetycase.gate.record import against_the_record
from safetycase.gate.words import lapsed
from safetycase.models import GateResult

#: So many reasons are told in the sentence that refuses.
_TOLD = 3


def ask_the_gate() -> None:
    """Have the gate asked before any release goes out."""
    ask_before_release(_ask)


def _ask(release: Release, by: User) -> Settle:
    """Judge before the act, which holds locks; inside it, again only where something was written
    meanwhile. Where the glass is broken the record is checked, as when that was asked for and
    signed: it may be a month later. Raises ``NotPossible``."""
    seen = _newest_entry(release.product)
    reading = read_gate(release.product, release)
    _check_record(reading)

    def settle(current: Release) -> None:
        product = release.product
        still = reading if _newest_entry(product) == seen else read_gate(product, current)
        if not still.verdict.passes:
            raise NotPossible(refusal(still))
        if still is not reading and not reading.verdict.broken:
            _check_record(still)
        keep_result(still, current, by)

    return settle


def _check_record(reading: GateReading) -> None:
    if not reading.verdict.broken:
        return
    damage = against_the_record(reading.product)
    if damage:
        raise NotPossible(
            f"Release {reading.release.label} goes out in spite of the gate only by a record that "
            f"is whole. {' '.join(damage)} Nothing was changed."
        )


def _newest_entry(product: Product) -> tuple[int, int]:
    """A mark that differs once something more was written in the record of a product."""
    entries = Entry.objects.filter(scope=product.scope)
    return entries.order_by("-pk").values_list("pk", flat=True).first() or 0, entries.count()


def refusal(reading: GateReading) -> str:
    """Why a release may not go out, in one sentence after the other."""
    reasons = reading.reasons
    told = " ".join(_told(each) for each in reasons[:_TOLD])
    more = len(reasons) - _TOLD
    rest = f" And {more} more." if more > 0 else ""
    why_judged = "".join(f" {each}" for each in lapsed(reading))
    return (
        f"The release gate blocks release {reading.release.label}: {told}{rest}{why_judged} "
        "Nothing was changed. The gate's page says the shortest way."
    )


def _told(found: GateFinding) -> str:
    return f"{found.hazard or 'The product'}: {found.message}"


def keep_result(reading: GateReading, release: Release, by: User) -> GateResult:
    """Freeze the gate's answer, inside the act that sends the release out."""
    result = GateResult(
        product=reading.product,
        release=release,
        decision=reading.decision.value,
        content=reading.text,
        fingerprint=reading.fingerprint,
        frozen_at=current_act().at,
        frozen_by=by,
    )
    result.save()
    return result
