"""Questions to the other side: those that wait, asking and answering."""

import uuid
from functools import partial
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.editing import Page, form_page, pressed
from products.access import product_for, product_for_reading
from products.choices import Side
from products.facets import facet
from products.permissions import Ability, Standing
from reviews.actions.questions import answer_question, ask_question, withdraw_question
from reviews.rhythm.access import question_for_answering, question_for_withdrawing
from reviews.rhythm.clock import Wait, median_by_month
from reviews.rhythm.forms import AnswerForm, AskForm
from reviews.rhythm.question_reading import WAITS, questions_of, read_questions, waits_of_questions
from reviews.rhythm.question_subjects import subject_of
from reviews.sides import side_to_ask, sides_spoken_for

ON_A_PAGE = 50
form_methods = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
def question_list(request: HttpRequest, slug: str) -> HttpResponse:
    """Everything that one side asked the other: what waits first, the longest first."""
    standing = product_for_reading(request, slug)
    product = standing.product
    questions = questions_of(product)
    shown = request.GET.get("side")
    if shown in Side.values:
        questions = questions.filter(to_side=shown)
    waiting = read_questions(product, questions.filter(WAITS).order_by("pk"))
    answered = Paginator(questions.exclude(WAITS), ON_A_PAGE).get_page(request.GET.get("page"))
    waits = waits_of_questions(product)
    context = {
        "heading": "Questions",
        "trail": [("Questions", "")],
        "waiting": waiting,
        "page": answered,
        "answered": read_questions(product, answered),
        "is_filtered": shown in Side.values,
        "facets": [
            facet(request.GET, "side", side, label=f"Of the {side.label.lower()} side", count=None)
            for side in Side
        ]
        if waits
        else [],
        "times": _times(waits),
        "mine": sides_spoken_for(standing.roles),
        "person": standing.person,
    }
    return render(request, "reviews/questions/list.html", context)


def _times(waits: list[Wait]) -> list[dict[str, Any]]:
    """The median of the newest month of each side that was asked."""
    return [
        {"side": side, "month": month, "days": months[month], "count": _asked(waits, side, month)}
        for side, months in median_by_month(waits).items()
        for month in sorted(months)[-1:]
    ]


def _asked(waits: list[Wait], side: Side, month: Any) -> int:
    return sum((each.side, each.month) == (side, month) for each in waits)


@form_methods
def question_ask(request: HttpRequest, slug: str) -> HttpResponse:
    """Ask a side about a hazard, a feature, a change or a decision."""
    standing = product_for(request, slug, Ability.RAISE_CONCERN)
    named = request.POST if request.method == "POST" else request.GET
    kind, about = named.get("kind", ""), named.get("id", "")
    subject = subject_of(standing.product, kind, about)
    if subject is None and request.method != "POST":
        if kind or about:
            raise Http404
        return redirect("question_list", slug)
    side = side_to_ask(standing.roles)
    form = AskForm(
        request.POST if request.method == "POST" else None,
        side=side,
        initial={"kind": kind, "id": about},
    )
    page = Page(
        heading=f"Ask about {subject.label}" if subject else "Ask the other side",
        submit="Ask",
        done_url=subject.url if subject else reverse("question_list", args=[slug]),
        done="Asked. They are told, and you are told of the answer.",
        trail=(("Questions", reverse("question_list", args=[slug])),),
    )
    return form_page(request, form, page, lambda: _ask(standing, form))


def _ask(standing: Standing, form: AskForm) -> None:
    values = form.cleaned_data
    ask_question(
        product=standing.product,
        by=standing.person,
        about_kind=values["kind"],
        about_id=values["id"],
        to_side=values["to_side"],
        text=values["text"],
    )


@form_methods
def question_answer(request: HttpRequest, slug: str, public_id: uuid.UUID) -> HttpResponse:
    """Answer for the side that was asked."""
    standing, reading = question_for_answering(request, slug, public_id)
    form = AnswerForm(request.POST if request.method == "POST" else None)
    list_url = reverse("question_list", args=[slug])

    def save() -> None:
        answer_question(
            question=reading.question, by=standing.person, answer=form.cleaned_data["answer"]
        )

    page = Page(
        heading=f"Answer about {reading.label}",
        submit="Answer",
        done_url=list_url,
        done="Answered. Whoever asked is told.",
        intro=f"{reading.question.asked_by.name} asks: {reading.question.text}",
        trail=(("Questions", list_url),),
    )
    return form_page(request, form, page, save)


@require_POST
def question_withdraw(request: HttpRequest, slug: str, public_id: uuid.UUID) -> HttpResponse:
    """Take one's own question back."""
    standing, question = question_for_withdrawing(request, slug, public_id)
    withdraw = partial(withdraw_question, question=question, by=standing.person)
    pressed(request, withdraw, "Your question is taken back. It stays in the history.")
    return redirect("question_list", slug)
