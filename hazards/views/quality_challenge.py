"""The questions that a customer's safety officer will ask, with answers; legacy findings."""

import uuid
from dataclasses import replace

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.conflicts import conflict_over
from accounts.editing import Page, attempt, conflict_page, saved
from accounts.forms import EditForm
from audit.errors import Conflict
from hazards.actions.quality import answer_challenge
from hazards.forms.quality import AnswerForm
from hazards.quality.legacy import legacy_of, read_legacy
from hazards.quality.worklist import answers_beside, read_worklist, rows_of
from hazards.quality_access import (
    FindingAt,
    answer_to,
    finding_for_editing,
    legacy_list_for_reading,
)
from hazards.views.quality import GONE, PER_PAGE, form_methods, wanted_from
from products.access import product_for_reading
from products.permissions import Ability

UNPROCESSABLE = 422
_TAKEN_AWAY = "The answer is taken away. It stays in the history."
NONE_YET = 0  # the version that a form carries where there was no answer to begin with


@require_safe
def challenge(request: HttpRequest, slug: str) -> HttpResponse:
    """Each finding as a question, with the answer that the team has prepared."""
    standing = product_for_reading(request, slug)
    product = standing.product
    wanted = wanted_from(request)
    worklist = read_worklist(product, wanted)
    page = Paginator(worklist.listed, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "heading": "Challenge me",
        "trail": [("Quality", reverse("quality", args=[slug])), ("Challenge me", "")],
        "product": product,
        "freshness": worklist.freshness,
        "wanted": wanted,
        "page": page,
        "rows": rows_of(worklist, list(page.object_list)),
        "settled": answers_beside(worklist, PER_PAGE) if page.number == 1 else [],
        "may_edit": standing.can(Ability.EDIT_LOG),
    }
    return render(request, "hazards/quality/challenge.html", context)


@form_methods
def challenge_answer(
    request: HttpRequest, slug: str, rule: str, about: str, subject: str
) -> HttpResponse:
    """Write, change or take back the team's answer."""
    at = finding_for_editing(request, slug, rule, about, subject)
    if at is None:
        messages.info(request, GONE)
        return redirect("challenge", slug)
    kept, page = answer_to(at), _answering(at)
    if request.method != "POST":
        form = AnswerForm(
            initial={
                "answer": kept.answer if kept else "",
                "base_version": kept.version if kept else NONE_YET,
            }
        )
        return render(request, page.template, page.context(form))
    form = AnswerForm(request.POST)
    if form.is_valid():
        try:
            if attempt(form, lambda: _save(at, form)) is not None:
                taken_away = not form.cleaned_data["answer"].strip()
                return saved(request, replace(page, done=_TAKEN_AWAY) if taken_away else page)
        except Conflict as conflict:
            kept = answer_to(at)  # it may be somebody's first, of this moment
            if kept is None:
                raise
            panel = conflict_over(
                kept, conflict, proposed=form.changes(), base_version=form.version_before
            )
            return conflict_page(request, panel, form, make=AnswerForm, page=page)
    return render(request, page.template, page.context(form), status=UNPROCESSABLE)


def _save(at: FindingAt, form: EditForm) -> None:
    answer_challenge(
        product=at.product,
        hazard=at.hazard,
        rule=at.found.rule,
        subject=at.found.subject,
        by=at.person,
        answer=form.cleaned_data["answer"],
        base_version=form.version_before,
    )


def _answering(at: FindingAt) -> Page:
    slug, hazard = at.product.slug, at.hazard
    named = f"{hazard.display_reference} ({hazard.name})" if hazard else at.product.name
    url = reverse("challenge", args=[slug])
    return Page(
        heading=f"Answer the question about {at.about}",
        submit="Keep the answer",
        done_url=url,
        done="The answer is kept.",
        intro=f"{at.rule.question_about(named)} Why it is asked: {at.found.message}",
        trail=(("Quality", reverse("quality", args=[slug])), ("Challenge me", url)),
    )


@require_safe
def legacy_list(request: HttpRequest, slug: str, public_id: uuid.UUID) -> HttpResponse:
    """What the rules found on the day that a log came in, and what of it is left."""
    standing, legacy = legacy_list_for_reading(request, slug, public_id)
    reading = next(each for each in legacy_of(standing.product) if each.legacy.pk == legacy.pk)
    page = Paginator(read_legacy(legacy), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "heading": "Legacy findings",
        "trail": [("Quality", reverse("quality", args=[slug])), ("Legacy findings", "")],
        "product": standing.product,
        "legacy": legacy,
        "reading": reading,
        "page": page,
        "entries": page.object_list,
        "may_sign": standing.can(Ability.GOVERN_LOG),
    }
    return render(request, "hazards/quality/legacy.html", context)
