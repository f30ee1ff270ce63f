"""One honest line for each product: can the next release go, and if not, whose move it is."""

from dataclasses import dataclass

from django.urls import reverse

from products.models import Product, Release
from products.queries import newest_unreleased
from safetycase.gate.reading import gate_in_brief
from safetycase.gate.steps import Step
from safetycase.gate.whose import way_of
from safetycase.gate.words import headline


@dataclass(frozen=True)
class Outlook:
    """Whether the next release can go. ``can_go`` is None where nobody knows yet; ``first`` is the
    quickest step, of a long log as far as it was read."""

    release: Release
    can_go: bool | None
    sentence: str
    url: str
    first: Step | None = None

    @property
    def who(self) -> str:
        """Whose move it is, or ''."""
        return self.first.who if self.first else ""


def one_line(product: Product) -> Outlook | None:
    """The line about the newest release that is not out yet; None where there is none.

    From what the rules found last, in a constant number of queries, however long the log is: what
    they have not looked at yet is never called a yes.
    """
    release = newest_unreleased(product)
    if release is None:
        return None
    release.product = product
    reading = gate_in_brief(product, release)
    steps, _ = way_of(reading)
    can_go = None if reading.verdict.passes and not reading.is_whole else reading.verdict.passes
    return Outlook(
        release=release,
        can_go=can_go,
        sentence=headline(reading),
        url=reverse("release_gate", args=[product.slug, release.label]),
        first=steps[0] if steps else None,
    )
