"""The list of findings, its trend, the rules, and waivers."""

import uuid
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.editing import Page, form_page
from accounts.forms import ReasonForm
from hazards.actions.quality import give_waiver, withdraw_waiver
from hazards.choices import FindingLevel
from hazards.forms.quality import WaiverForm
from hazards.quality.catalogue import every_rule
from hazards.quality.checking import ask_about
from hazards.quality.freshness import AT_ONCE, bring_up_to_date
from hazards.quality.legacy import legacy_of
from hazards.quality.marks import Mark, waivers_of
from hazards.quality.storing import check_again, evaluate
from hazards.quality.thresholds import thresholds
from hazards.quality.trend import days_of, drawing_of
from hazards.quality.waived import with_whether_they_hold
from hazards.quality.worklist import (
    Wanted,
    Worklist,
    families_of_rules,
    read_worklist,
    rows_of,
)
from hazards.quality_access import FindingAt, finding_for_editing, waiver_for_withdrawing
from hazards.queries import hazards_of
from products.access import product_for, product_for_reading
from products.facets import Facet, facet
from products.permissions import Ability

PER_PAGE = 50
GONE = "The rules do not find this any more: somebody has put it right. Nothing was changed."

form_methods = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
def quality(request: HttpRequest, slug: str) -> HttpResponse:
    """What the rules find, the gravest first: a list to work through."""
    standing = product_for_reading(request, slug)
    product = standing.product
    wanted = wanted_from(request)
    worklist = read_worklist(product, wanted)
    page = Paginator(worklist.listed, PER_PAGE).get_page(request.GET.get("page"))
    days = days_of(product)
    context = {
        "heading": "Quality",
        "trail": [("Quality", "")],
        "product": product,
        "release": worklist.release,
        "freshness": worklist.freshness,
        "wanted": wanted,
        "worklist": worklist,
        "facets": _facets(request, worklist),
        "page": page,
        "rows": rows_of(worklist, list(page.object_list)),
        "families": families_of_rules(),
        "rules": [(rule, worklist.rules[rule.id]) for rule in every_rule()],
        "is_narrowed": any((wanted.rule, wanted.family, wanted.hazard, wanted.level)),
        "days": list(reversed(days)),
        "drawing": drawing_of(days),
        "legacy": legacy_of(product),
        "may_edit": standing.can(Ability.EDIT_LOG),
        "may_govern": standing.can(Ability.GOVERN_LOG),
    }
    return render(request, "hazards/quality/quality.html", context)


def wanted_from(request: HttpRequest) -> Wanted:
    """What the address asks for; what it does not know is no filter."""
    asked = request.GET
    show = asked.get("show", "")
    return Wanted(
        level=asked["level"] if asked.get("level") in FindingLevel.values else "",
        rule=asked.get("rule", "")[:8],
        family=asked["family"] if asked.get("family") in families_of_rules() else "",
        hazard=asked.get("hazard", "").strip()[:60],
        show=Mark(show) if show in (Mark.WAIVED, Mark.LEGACY) else Mark.COUNTS,
    )


def _facets(request: HttpRequest, worklist: Worklist) -> list[Facet]:
    words = {
        FindingLevel.BLOCKS: "Blocks",
        FindingLevel.WARNS: "Warnings",
        FindingLevel.INFORMS: "Notes",
    }
    facets = [
        facet(request.GET, "level", level, label=label, count=worklist.levels[level.value])
        for level, label in words.items()
    ]
    facets += [
        facet(request.GET, "show", mark, label=label, count=worklist.shown[mark.value])
        for mark, label in ((Mark.WAIVED, "Waived"), (Mark.LEGACY, "Legacy"))
        if worklist.total[mark.value] or request.GET.get("show") == mark
    ]
    return facets


@require_POST
def quality_check(request: HttpRequest, slug: str) -> HttpResponse:
    """Run the rules on the whole log: at once where that takes a moment, else in the background."""
    standing = product_for(request, slug, Ability.EDIT_LOG)
    product = standing.product
    count = hazards_of(product).count()
    if count <= AT_ONCE:
        evaluate(product)
        messages.success(request, "The rules have looked at the whole log just now.")
    else:
        check_again(product)
        messages.info(
            request,
            f"The rules look at {count:,} hazards in the background: this list is complete again "
            "in a few minutes.",
        )
    return redirect("quality", slug)


@require_safe
def quality_rules(request: HttpRequest, slug: str) -> HttpResponse:
    """Every rule with its reason, a good and a bad example."""
    standing = product_for_reading(request, slug)
    context = {
        "heading": "The quality rules",
        "trail": [*_trail(slug), ("Rules", "")],
        "product": standing.product,
        "families": [
            (family, [rule for rule in every_rule() if rule.family == family])
            for family in families_of_rules()
        ],
    }
    return render(request, "hazards/quality/rules.html", context)


@form_methods
def finding_waive(
    request: HttpRequest, slug: str, rule: str, about: str, subject: str
) -> HttpResponse:
    """Let a finding stand until a day."""
    at = finding_for_editing(request, slug, rule, about, subject)
    if at is None:
        messages.info(request, GONE)
        return redirect("quality", slug)
    blocks = at.found.level == FindingLevel.BLOCKS
    if blocks:
        at.standing.check(Ability.GOVERN_LOG)
    limits = thresholds()
    days = limits.longest_waiver if blocks else limits.longest_waiver_of_warning
    form = WaiverForm(request.POST if request.method == "POST" else None, blocks=blocks, days=days)

    def save() -> None:
        give_waiver(
            product=at.product,
            hazard=at.hazard,
            rule=at.found.rule,
            subject=at.found.subject,
            by=at.person,
            **form.cleaned_data,
        )
        bring_up_to_date(at.product)

    return form_page(request, form, _waiving(at, days), save)


def _waiving(at: FindingAt, days: int) -> Page:
    return Page(
        heading=f"Waive {at.found.rule} on {at.about}",
        submit="Waive it",
        done_url=reverse("quality", args=[at.product.slug]),
        done="Waived. It counts again the day after the last one.",
        intro=f"{at.found.message} A waiver changes nothing in the log: it says why this may "
        f"stand for {days} days at most, where everybody on the team reads it.",
        trail=tuple(_trail(at.product.slug)),
    )


@require_safe
def waiver_list(request: HttpRequest, slug: str) -> HttpResponse:
    """Every waiver that nobody took back: those in force, and those that have ended."""
    standing = product_for_reading(request, slug)
    page = Paginator(waivers_of(standing.product), PER_PAGE).get_page(request.GET.get("page"))
    context: dict[str, Any] = {
        "heading": "Waivers",
        "trail": [*_trail(slug), ("Waivers", "")],
        "product": standing.product,
        "page": page,
        "waivers": with_whether_they_hold(standing.product, page.object_list),
        "today": ask_about(standing.product).at.today,
        "may_edit": standing.can(Ability.EDIT_LOG),
        "may_govern": standing.can(Ability.GOVERN_LOG),
    }
    return render(request, "hazards/quality/waivers.html", context)


@form_methods
def waiver_withdraw(request: HttpRequest, slug: str, public_id: uuid.UUID) -> HttpResponse:
    """Take a waiver back."""
    standing, waiver = waiver_for_withdrawing(request, slug, public_id)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    about = waiver.hazard.display_reference if waiver.hazard else standing.product.name
    page = Page(
        heading=f"Withdraw the waiver of {waiver.rule} on {about}",
        submit="Withdraw it",
        done_url=reverse("waiver_list", args=[slug]),
        done="Withdrawn. The finding counts again.",
        intro=f"“{waiver.because}”",
        trail=(*_trail(slug), ("Waivers", reverse("waiver_list", args=[slug]))),
    )

    def save() -> None:
        withdraw_waiver(waiver=waiver, by=standing.person, reason=form.cleaned_data["reason"])
        bring_up_to_date(standing.product)

    return form_page(request, form, page, save)


def _trail(slug: str) -> list[tuple[str, str]]:
    return [("Quality", reverse("quality", args=[slug]))]
