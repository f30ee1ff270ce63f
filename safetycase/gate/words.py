"""What the gate says, in sentences."""

from safetycase.choices import GateDecision
from safetycase.gate.reading import GateReading

#: So many sentences tell why a statement counts no more.
_TOLD = 3


def headline(reading: GateReading) -> str:
    """The answer to “can we ship?” in one line."""
    label = reading.release.label
    if not reading.verdict.passes:
        count = reading.blocking
        return f"No: {count:,} thing{'' if count == 1 else 's'} {_block(count)} release {label}."
    if not reading.is_whole:
        return "Not known yet: the rules are still looking at what changed."
    if reading.verdict.broken and reading.glass is not None:
        until = reading.glass.glass.expires_on
        return f"Yes, in spite of the gate, until {until:%-d %B %Y}: the glass is broken."
    if reading.decision is GateDecision.PASS_WITH_WAIVERS:
        count = len(reading.verdict.let_stand)
        return f"Yes, with {count} finding{'' if count == 1 else 's'} waived or legacy."
    return f"Yes: nothing blocks release {label}."


def _block(count: int) -> str:
    return "blocks" if count == 1 else "block"


def lapsed(reading: GateReading) -> list[str]:
    """That a statement was signed which counts no more, and why; empty where there is none."""
    if reading.lapsed is None:
        return []
    signed = reading.lapsed.signatures.readings[-1].sign_off
    why = reading.lapsed.why_not
    more = f" And {len(why) - _TOLD} more." if len(why) > _TOLD else ""
    return [
        f"That it changes no clinical risk, as {signed.signer_name} stated on "
        f"{signed.signed_at:%-d %B %Y}, does not count any more. {' '.join(why[:_TOLD])}{more}"
    ]


def judged_by_in_words(reading: GateReading) -> str:
    """What the answer rests on, in a sentence."""
    if reading.report is None:
        return " ".join(["Judged by the quality rules as the record is now.", *lapsed(reading)])
    number = reading.report.number
    if reading.statement is None:
        return f"Judged by its issued report, version {number}."
    covered = reading.report.baseline.release.label
    signed = reading.statement.signatures.readings[-1].sign_off
    return (
        f"Changes no clinical risk, as {signed.signer_name} stated on {signed.signed_at:%-d %B %Y}:"
        f" judged by the report of release {covered}, version {number}."
    )
