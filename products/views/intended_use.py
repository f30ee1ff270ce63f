"""The statement of intended use: what holds, how it came about, and stating it anew."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.conflicts import panel_of
from accounts.editing import UNPROCESSABLE, Page, conflict_page, saved
from audit.errors import BadText, Conflict, NotPossible
from audit.words import Segment, word_differences
from products.access import product_for, product_for_reading
from products.actions import state_intended_use
from products.actions.intended_use import TEXTS
from products.forms import IntendedUseForm
from products.models import IntendedUse, Product
from products.parts import intended_use_in
from products.permissions import Ability
from products.queries import intended_use_of, intended_uses_of, reasons_of


@dataclass(frozen=True)
class StatedText:
    """One text of the statement, and how its words differ from the version before."""

    label: str
    text: str
    segments: list[Segment]


@require_safe
def intended_use(request: HttpRequest, slug: str) -> HttpResponse:
    """What the product is for, as stated last."""
    standing = product_for_reading(request, slug)
    versions = list(intended_uses_of(standing.product))
    reasons = reasons_of(IntendedUse, [version.pk for version in versions])
    context = {
        "heading": "Intended use",
        "trail": [("Intended use", "")],
        "newest": versions[0] if versions else None,
        "texts": stated_texts(versions[0], None) if versions else [],
        "versions": [(version, reasons.get(version.pk, "")) for version in versions],
        "can_state": standing.can(Ability.STATE_INTENDED_USE),
    }
    return render(request, "products/intended_use.html", context)


@require_safe
def intended_use_version(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """A version, with what it changed in the words of the one before."""
    standing = product_for_reading(request, slug)
    statement = intended_use_in(standing, number)
    before = intended_uses_of(standing.product).filter(number__lt=number).first()
    newest = intended_use_of(standing.product)
    heading = f"Intended use, version {number}"
    context = {
        "heading": heading,
        "trail": [("Intended use", reverse("intended_use", args=[slug])), (heading, "")],
        "statement": statement,
        "before": before,
        "is_newest": newest is not None and newest.pk == statement.pk,
        "reason": reasons_of(IntendedUse, [statement.pk]).get(statement.pk, ""),
        "texts": stated_texts(statement, before),
    }
    return render(request, "products/intended_use_version.html", context)


def intended_use_edit(request: HttpRequest, slug: str) -> HttpResponse:
    """State the intended use anew, starting from the words that hold."""
    standing = product_for(request, slug, Ability.STATE_INTENDED_USE)
    newest = intended_use_of(standing.product)
    page = Page(
        heading="State the intended use",
        submit="State it" if newest is None else f"State version {newest.number + 1}",
        done_url=reverse("intended_use", args=[slug]),
        done="Stated.",
        intro="Everything that can go wrong is judged against this (DCB0129, clauses 4.2.1 and "
        "4.2.2). Each statement is a version of its own; earlier ones stay.",
        trail=(("Intended use", reverse("intended_use", args=[slug])),),
    )
    if request.method != "POST":
        form = IntendedUseForm(initial=_initial(newest))
        return render(request, page.template, page.context(form))
    form = IntendedUseForm(data=request.POST)
    if form.is_valid():
        try:
            state_intended_use(
                product=standing.product,
                by=standing.person,
                base_number=form.version_before,
                reason=form.why,
                **form.changes(),
            )
            return saved(request, page)
        except Conflict as conflict:
            return _conflict(request, conflict, standing.product, form, page)
        except (NotPossible, BadText) as refusal:
            form.add_error(None, refusal.sentence)
    return render(request, page.template, page.context(form), status=UNPROCESSABLE)


def stated_texts(statement: IntendedUse, before: IntendedUse | None) -> list[StatedText]:
    """The texts in order; without ``before`` nothing is marked."""
    texts = []
    for name in TEXTS:
        label = str(IntendedUse._meta.get_field(name).verbose_name)  # type: ignore[union-attr]
        text: str = getattr(statement, name)
        old: str = getattr(before, name) if before is not None else text
        texts.append(StatedText(label[:1].upper() + label[1:], text, word_differences(old, text)))
    return texts


def _initial(newest: IntendedUse | None) -> dict[str, object]:
    if newest is None:
        return {"base_version": 0}
    return {"base_version": newest.number} | {name: getattr(newest, name) for name in TEXTS}


def _conflict(
    request: HttpRequest,
    conflict: Conflict,
    product: Product,
    form: IntendedUseForm,
    page: Page,
) -> HttpResponse:
    newest = intended_uses_of(product)[0]
    base = intended_uses_of(product).filter(number=form.version_before or 0).first()
    panel = panel_of(
        conflict,
        person=newest.stated_by,
        when=newest.stated_at,
        model=IntendedUse,
        before={name: getattr(base, name, "") for name in TEXTS},
        theirs={name: getattr(newest, name) for name in TEXTS},
        yours=form.changes(),
    )
    return conflict_page(request, panel, form, make=IntendedUseForm, page=page)
