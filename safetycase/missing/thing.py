"""One thing that is missing for a report, and the way to it."""

from dataclasses import dataclass, field
from urllib.parse import urlencode

from django.urls import reverse

from products.models import Product
from safetycase.figures import Figures
from safetycase.live_figures import LiveFigures

AnyFigures = Figures | LiveFigures

#: How many hazards are named beside a sentence that no filter of the log can show.
NAMED = 5


@dataclass(frozen=True)
class Missing:
    """One thing that is missing: how many, in a sentence, and where to put it right."""

    count: int
    sentence: str
    url: str
    hazards: list[tuple[str, str]] = field(default_factory=list)  # reference, address


def log_url(product: Product, **query: str) -> str:
    """The hazard log, filtered."""
    url = reverse("hazard_log", args=[product.slug])
    wanted = {name: value for name, value in query.items() if value}
    return f"{url}?{urlencode(wanted)}" if wanted else url


def release_query(figures: AnyFigures) -> dict[str, str]:
    """What narrows the log to the hazards that the figures are of."""
    return {"release": figures.release.label} if figures.release else {}


def count_in_words(count: int, noun: str) -> str:
    """A count with its noun, in the plural where there are several."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
