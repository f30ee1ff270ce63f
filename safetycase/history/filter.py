"""What a product's history is narrowed to: by whom, about what, when, with which words."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.apps import apps
from django.db.models import Exists, OuterRef, Q, QuerySet, TextChoices
from django.utils import timezone

from accounts.models import User
from audit.append_only import AppendOnly
from audit.models import Entry
from audit.tracked import Tracked
from products.models import Membership, Product


class RecordKind(TextChoices):
    """What an entry of the record is about, in the words of the people who look for it."""

    HAZARDS = "hazards", "Hazards"
    ESTIMATES = "estimates", "Estimates"
    CONTROLS = "controls", "Controls"
    EVIDENCE = "evidence", "Evidence"
    PLAN = "plan", "Plan and matrix"
    REVIEWS = "reviews", "Reviews"
    SIGN_OFFS = "sign-offs", "Sign-offs and acceptances"
    REPORT = "report", "Report and versions"
    FEATURES = "features", "Features and releases"
    TEAM = "team", "Team"
    PRODUCT = "product", "Product and intended use"
    IMPORTS = "imports", "Imports"
    ACCESS = "access", "Downloads, exports and checks"


#: What the rows of an app are about, unless the table below says otherwise.
_KIND_OF_APP = {
    "hazards": RecordKind.HAZARDS,
    "reviews": RecordKind.REVIEWS,
    "safetycase": RecordKind.REPORT,
    "products": RecordKind.PRODUCT,
    "accounts": RecordKind.TEAM,
    "audit": RecordKind.ACCESS,
}

_KIND_OF_MODEL = {
    "hazards.estimate": RecordKind.ESTIMATES,
    "hazards.control": RecordKind.CONTROLS,
    "hazards.controllink": RecordKind.CONTROLS,
    "hazards.newhazardlink": RecordKind.CONTROLS,
    "hazards.evidence": RecordKind.EVIDENCE,
    "hazards.evidencelink": RecordKind.EVIDENCE,
    "hazards.evidencefile": RecordKind.EVIDENCE,
    "hazards.plan": RecordKind.PLAN,
    "hazards.planclass": RecordKind.PLAN,
    "hazards.matrixversion": RecordKind.PLAN,
    "hazards.severitylevel": RecordKind.PLAN,
    "hazards.likelihoodlevel": RecordKind.PLAN,
    "hazards.riskclass": RecordKind.PLAN,
    "hazards.cell": RecordKind.PLAN,
    "hazards.harmoutcome": RecordKind.PLAN,
    "hazards.importbatch": RecordKind.IMPORTS,
    "reviews.acceptance": RecordKind.SIGN_OFFS,
    "reviews.signoff": RecordKind.SIGN_OFFS,
    "reviews.rejection": RecordKind.SIGN_OFFS,
    "products.feature": RecordKind.FEATURES,
    "products.glossaryterm": RecordKind.FEATURES,
    "reviews.story": RecordKind.FEATURES,
    "products.release": RecordKind.FEATURES,
    "products.releasefeature": RecordKind.FEATURES,
    "products.change": RecordKind.FEATURES,
    "products.membership": RecordKind.TEAM,
    "products.apitoken": RecordKind.TEAM,
    "products.trackerconnection": RecordKind.TEAM,
    "products.trackeritem": RecordKind.FEATURES,
}


@dataclass(frozen=True)
class HistoryFilter:
    """What is asked for; days are of the site's time zone, both included."""

    words: str = ""
    person: int | None = None
    kind: RecordKind | None = None
    since: datetime.date | None = None
    until: datetime.date | None = None
    act: UUID | None = None

    @property
    def is_everything(self) -> bool:
        """Whether nothing is left out."""
        return self == HistoryFilter()


def models_about(kind: RecordKind) -> list[str]:
    """The labels of the models whose rows are of a kind, as the ledger writes them."""
    labels = (
        model._meta.label_lower
        for model in apps.get_models()
        if issubclass(model, Tracked | AppendOnly)
    )
    return sorted(label for label in labels if kind_of(label) is kind)


def kind_of(label: str) -> RecordKind:
    """What the rows of a model are about."""
    return _KIND_OF_MODEL.get(label) or _KIND_OF_APP[label.partition(".")[0]]


def entries_of(product: Product, wanted: HistoryFilter) -> QuerySet[Entry]:
    """The entries of a product's record that are asked for, in no order."""
    found: QuerySet[Entry] = Entry.objects.filter(scope=product.scope)
    if wanted.act is not None:
        found = found.filter(act=wanted.act)
    if wanted.person is not None:
        found = found.filter(person=wanted.person)
    if wanted.kind is not None:
        found = found.filter(model__in=models_about(wanted.kind))
    if wanted.since is not None:
        found = found.filter(at__gte=_beginning_of(wanted.since))
    if wanted.until is not None:
        found = found.filter(at__lt=_beginning_of(wanted.until + datetime.timedelta(days=1)))
    for word in wanted.words.split():
        found = found.filter(Q(reason__icontains=word) | Q(label__icontains=word))
    return found


def _beginning_of(day: datetime.date) -> datetime.datetime:
    return timezone.make_aware(datetime.datetime.combine(day, datetime.time.min))


def people_in_history(product: Product, *also: int) -> Iterable[User]:
    """Who may have acted on a product, by name, with profiles: whoever was ever on its team, and
    administrators, the system person and those ``also`` named, where they did.
    """
    acted = Exists(Entry.objects.filter(person=OuterRef("pk"), scope=product.scope))
    others = Q(profile__is_administrator=True) | Q(is_system=True) | Q(pk__in=also)
    on_team = Membership.objects.filter(product=product).values("person")
    people: QuerySet[User] = (
        User.objects.filter(Q(pk__in=on_team) | (others & acted))
        .select_related("profile")
        .order_by("profile__name", "pk")
    )
    return people
