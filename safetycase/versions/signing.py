"""What somebody who is about to sign a version has to know: what is new to them."""

from dataclasses import dataclass

from accounts.models import User
from products.models import Product
from reviews.choices import SubjectKind
from reviews.signing.reading import last_signed_by
from safetycase.comparison import Comparison, compare
from safetycase.models import Baseline
from safetycase.versions.reading import VersionReading, baselines_of, issues_of, snapshot_of


@dataclass(frozen=True)
class NewToYou:
    """A version against the one that its signer signed last, else against the last issued one."""

    before: Baseline | None
    you_signed_it: bool
    changes: Comparison | None  # None when there is nothing before

    @property
    def sentence(self) -> str:
        """How much of it is new to the person."""
        if self.before is None or self.changes is None:
            return ""
        since = _since(self.before, you_signed_it=self.you_signed_it)
        hazards = len(self.changes.hazards)
        if self.changes.is_empty:
            return f"{since} nothing that matters for safety changed."
        if not hazards:
            return f"{since} no hazard changed; the report did."
        verb = "it is" if hazards == 1 else "they are"
        return f"{since} {hazards} of {self.changes.of} hazards changed; here {verb}."


def new_to(person: User, reading: VersionReading, product: Product) -> NewToYou:
    """What of a version is new to a person. Reads both frozen texts."""
    before, you_signed_it = _before(person, reading.baseline, product)
    if before is None:
        return NewToYou(None, False, None)
    projection = min(before.projection, reading.baseline.projection)
    changes = compare(snapshot_of(before), reading.snapshot, projection)
    return NewToYou(before, you_signed_it, changes)


def _before(person: User, baseline: Baseline, product: Product) -> tuple[Baseline | None, bool]:
    last = last_signed_by(person.pk, product, SubjectKind.REPORT, other_than=baseline.public_id)
    if last is not None:
        signed = baselines_of(product).filter(public_id=last.subject_id).first()
        if signed is not None:
            return signed, True
    issue = issues_of(product).exclude(baseline=baseline).first()
    return (issue.baseline if issue else None), False


def _since(before: Baseline, *, you_signed_it: bool) -> str:
    attempt = f", attempt {before.attempt}" if before.attempt > 1 else ""
    version = f"version {before.number}{attempt}"
    if you_signed_it:
        return f"Since you last signed ({version}),"
    return f"You have not signed a version of this product before. Since {version} was issued,"
