"""Where the command palette leads: pages of a product, things to do, hazards and features."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.db.models import Q
from django.urls import reverse

from hazards.models import Hazard
from hazards.queries import IN_THE_LOG
from hazards.saved_views import view_entries
from hazards.search.matching import search_log
from hazards.search.words import SEARCH_LIMIT, Segment, asked_words, marked, words_in
from products.context import SECTIONS, TABS
from products.models import Feature
from products.permissions import Ability, Standing

MOST_HAZARDS = 8
MOST_FEATURES = 5
DIGITS = 6  # of a hazard's number

#: Pages beside those of the navigation: label, the address's name, the ability that it asks for.
PAGES = (
    ("Saved views", "saved_view_list", Ability.READ),
    ("Waivers", "waiver_list", Ability.READ),
    ("What the controls moved", "risk_movement", Ability.READ),
    ("Residual risk over time", "risk_trend", Ability.READ),
    ("Imports", "import_list", Ability.READ),
    ("Clinical risk management plan", "plan", Ability.READ),
    ("Acceptances of residual risk", "acceptances", Ability.READ),
    ("Intended use", "intended_use", Ability.READ),
    ("History", "product_history", Ability.READ),
    ("Settings", "product_settings", Ability.MANAGE_FEATURES),
)
ACTIONS = (
    ("New hazard", "hazard_new", Ability.EDIT_LOG),
    ("Import a hazard log", "import_hazards", Ability.IMPORT_LOG),
    ("New feature", "feature_new", Ability.MANAGE_FEATURES),
    ("New release", "release_new", Ability.MANAGE_FEATURES),
    ("Add somebody to the team", "team_add", Ability.MANAGE_TEAM),
)


@dataclass(frozen=True)
class Place:
    """Somewhere to go: its words in pieces, some marked as searched for, and what it is."""

    url: str
    pieces: Sequence[Segment]
    reference: str = ""


@dataclass(frozen=True)
class Group:
    """Places of one kind."""

    label: str
    places: list[Place] = field(default_factory=list)


def places_for(standing: Standing, text: str) -> list[Group]:
    """Where the words of a text lead, the likeliest kind first; without a text, every page.

    Six queries with a text, one without.
    """
    text = " ".join(text.replace("\x00", " ").split())[:SEARCH_LIMIT]
    asked = asked_words(text)
    groups = [
        Group("Hazards", _hazards(standing, text) if asked else []),
        Group("Features", _features(standing, text) if asked else []),
        Group("Do", _named(standing, ACTIONS, asked)),
        Group("Pages", _named(standing, _pages(), asked)),
        Group("Views of the log", _views(standing, asked)),
    ]
    if not asked and text:
        return []  # only signs, which no word holds
    return [group for group in groups if group.places]


def _pages() -> Iterable[tuple[str, str, Ability | None]]:
    yield from TABS
    for sections in SECTIONS.values():
        yield from ((label, name, Ability.READ) for label, name in sections[1:])
    yield from PAGES


def _named(
    standing: Standing,
    places: Iterable[tuple[str, str, Ability | None]],
    asked: Sequence[str],
) -> list[Place]:
    slug = standing.product.slug
    return [
        Place(reverse(name, args=[slug]), marked(label, asked))
        for label, name, ability in places
        if (ability is None or standing.can(ability)) and _says(label, asked)
    ]


def _says(label: str, asked: Iterable[str]) -> bool:
    """Whether every word that is asked for begins a word of a label."""
    words = words_in(label)
    return all(any(word.startswith(each) for word in words) for each in asked)


def _views(standing: Standing, asked: Sequence[str]) -> list[Place]:
    log_url = reverse("hazard_log", args=[standing.product.slug])
    return [
        Place(f"{log_url}{entry.url}", marked(entry.view.name, asked))
        for entry in view_entries(standing)
        if _says(entry.view.name, asked)
    ]


def _hazards(standing: Standing, text: str) -> list[Place]:
    """Hazards of that reference in the order of the log, then what says the words, best first."""
    slug = standing.product.slug
    named = {
        hazard.reference: Place(
            reverse("hazard_detail", args=[slug, hazard.reference]),
            marked(hazard.name, asked_words(text)),
            hazard.display_reference,
        )
        for hazard in _of_reference(standing, text)
    }
    said = [
        Place(
            reverse("hazard_detail", args=[slug, found.reference]),
            found.said.name,
            found.display_reference,
        )
        for found in search_log(standing.product, text, most=MOST_HAZARDS)
        if found.reference not in named
    ]
    return [*named.values(), *said][:MOST_HAZARDS]


def _of_reference(standing: Standing, text: str) -> Iterable[Hazard]:
    """Hazards whose reference begins so; a number alone is that of the hazard, too."""
    if not any(sign.isdigit() for sign in text):
        return ()  # "haz" begins them all, and says nothing
    begins = Q(reference__istartswith=text) | Q(imported_reference__istartswith=text)
    if text.isdecimal() and len(text) <= DIGITS:
        begins |= Q(number=int(text))
    hazards = Hazard.objects.filter(begins, product=standing.product, state__in=IN_THE_LOG)
    return hazards.order_by("number")[:MOST_HAZARDS]


def _features(standing: Standing, text: str) -> list[Place]:
    features = Feature.objects.filter(product=standing.product, is_active=True)
    for word in text.split():
        features = features.filter(Q(title__icontains=word) | Q(reference__icontains=word))
    return [
        Place(
            reverse("feature_detail", args=[standing.product.slug, feature.reference]),
            marked(feature.title, asked_words(text)),
            feature.reference,
        )
        for feature in features.order_by("number")[:MOST_FEATURES]
    ]
