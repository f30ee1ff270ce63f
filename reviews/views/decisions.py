"""Trade-off decisions: the list, one decision, and writing its question, views and choice."""

from functools import partial
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.editing import Page, edit_page, form_page, pressed
from accounts.forms import EditForm
from accounts.history import history_view
from products.access import product_for, product_for_reading
from products.facets import facet
from products.permissions import Ability
from reviews.actions.decisions import (
    answer_questions,
    choose_option,
    create_decision,
    drop_decision,
    edit_decision,
    write_view,
)
from reviews.actions.superseding import supersede_decision
from reviews.choices import DecisionState
from reviews.decisions.access import (
    decision_for_deciding,
    decision_for_reading,
    decision_for_writing,
    view_for_writing,
)
from reviews.decisions.form_page import decisions_page, page_on, trail_of
from reviews.decisions.forms import (
    ChoiceForm,
    DecisionForm,
    DropForm,
    QuestionsForm,
    ViewForm,
    view_fields,
)
from reviews.decisions.page import options_to_choose, page_of, questions_of, sides_signed
from reviews.decisions.queries import decision_records, decisions_of
from reviews.decisions.reading import read_decisions

PAGE_SIZE = 50
TEMPLATES = "reviews/decisions/"

form_methods = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
def decision_list(request: HttpRequest, slug: str) -> HttpResponse:
    """The decisions of the product: where each stands, whose move it is, views apart or not."""
    standing = product_for_reading(request, slug)
    product = standing.product
    state = request.GET.get("state", "")
    found = decisions_of(product)
    counted = list(found.values_list("state", flat=True))
    if state in DecisionState.values:
        found = found.filter(state=state)
    page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "heading": "Decisions",
        "trail": [("Decisions", "")],
        "page": page,
        "readings": read_decisions(product, page.object_list),
        "facets": [
            facet(
                request.GET, "state", each.value, label=each.label, count=counted.count(each.value)
            )
            for each in DecisionState
            if each.value in counted
        ],
        "is_filtered": state in DecisionState.values,
        "may_write": standing.can(Ability.WRITE_DECISIONS),
    }
    return render(request, f"{TEMPLATES}list.html", context)


@require_safe
def decision_detail(request: HttpRequest, slug: str, reference: str) -> HttpResponse:
    """One decision: the question, the views, the table, the third option, the choice."""
    at = decision_for_reading(request, slug, reference)
    context = page_of(at) | {
        "heading": at.decision.title,
        "trail": [decisions_page(slug), (at.decision.reference, "")],
        "sides": sides_signed(at),
        "may_dissent": at.standing.can(Ability.RAISE_CONCERN)
        and at.decision.state != DecisionState.DROPPED,
        "may_fire": at.standing.can(Ability.WRITE_DECISIONS)
        and at.decision.state == DecisionState.AGREED,
        "may_supersede": at.standing.can(Ability.WRITE_DECISIONS)
        and at.decision.state == DecisionState.AGREED,
    }
    return render(request, f"{TEMPLATES}decision.html", context)


@form_methods
def decision_new(request: HttpRequest, slug: str) -> HttpResponse:
    """Open a decision."""
    standing = product_for(request, slug, Ability.WRITE_DECISIONS)
    form = DecisionForm(request.POST or None, product=standing.product)

    def save() -> str:
        decision = create_decision(product=standing.product, by=standing.person, **form.changes())
        return reverse("decision_detail", args=[slug, decision.reference])

    page = Page(
        heading="New decision",
        submit="Open the decision",
        done_url=reverse("decision_list", args=[slug]),
        done="Opened. Each side writes its view next.",
        intro="A question on which product and clinical pull apart, or may. Each side writes its "
        "view in its own words; what each option does to patients is held side by side.",
        trail=(decisions_page(slug),),
    )
    return form_page(request, form, page, save)


@form_methods
def decision_edit(request: HttpRequest, slug: str, reference: str) -> HttpResponse:
    """Change the question, or what it names."""
    at = decision_for_writing(request, slug, reference)
    decision = at.decision

    def make(**options: Any) -> EditForm:
        return DecisionForm(**options, product=at.product)

    def save(form: EditForm) -> None:
        edit_decision(
            decision=decision,
            by=at.person,
            changes=form.changes(),
            base_version=form.version_before,
        )

    names = ("title", "question", "for_patients", "for_product", "views_differ")
    initial = {name: getattr(decision, name) for name in names}
    initial |= {"feature": decision.feature_id, "release": decision.release_id}
    page = page_on(at, "Edit the question", "Save")
    return edit_page(request, decision, make=make, save=save, page=page, initial=initial)


@form_methods
def decision_view(request: HttpRequest, slug: str, reference: str, side: str) -> HttpResponse:
    """Write the view of one's own side."""
    at, wanted = view_for_writing(request, slug, reference, side)
    decision = at.decision

    def make(**options: Any) -> EditForm:
        return ViewForm(**options, side=wanted)

    def save(form: EditForm) -> None:
        written: Any = form
        view, would_change = written.said
        write_view(
            decision=decision,
            by=at.person,
            side=wanted,
            view=view,
            would_change=would_change,
            base_version=form.version_before,
        )

    page = page_on(
        at,
        f"The {wanted.label.lower()} view",
        "Save the view",
        intro=decision.question,
        anchor="views",
    )
    return edit_page(
        request,
        decision,
        make=make,
        save=save,
        page=page,
        initial=dict(zip(view_fields(wanted), at.reading.view_of(wanted), strict=True)),
    )


@form_methods
def decision_questions(request: HttpRequest, slug: str, reference: str) -> HttpResponse:
    """Answer the four questions: each line becomes a safeguard of a further option."""
    at = decision_for_writing(request, slug, reference)

    def save(form: EditForm) -> None:
        answers: Any = form
        answer_questions(
            decision=at.decision,
            by=at.person,
            answers=answers.answers,
            base_version=form.version_before,
        )

    page = page_on(
        at,
        "Find the third option",
        "Build the option",
        done="Each new line is a safeguard of the third option now. Go through them one by one.",
        anchor="third-option",
        template=f"{TEMPLATES}questions.html",
        more={"reading": at.reading, "questions": questions_of(at.reading)},
    )
    initial = {key.value: answer for key, answer in at.reading.answers.items()}
    return edit_page(
        request, at.decision, make=QuestionsForm, save=save, page=page, initial=initial
    )


@form_methods
def decision_choose(request: HttpRequest, slug: str, reference: str) -> HttpResponse:
    """Choose an option, say why, and when it is looked at again."""
    at = decision_for_writing(request, slug, reference)
    decision = at.decision

    def make(**options: Any) -> EditForm:
        return ChoiceForm(**options, reading=at.reading)

    def save(form: EditForm) -> None:
        key = int(form.cleaned_data["chosen"])
        choose_option(
            decision=decision,
            by=at.person,
            option=next(each.option for each in at.reading.options if each.option.pk == key),
            why=form.cleaned_data["why"],
            review_on=form.cleaned_data["review_on"],
            base_version=form.version_before,
        )

    page = page_on(
        at,
        "Choose an option",
        "Choose it",
        done="Chosen. One person of each side signs next.",
        anchor="choice",
        template=f"{TEMPLATES}choose.html",
        more={"reading": at.reading, "choices": options_to_choose(at.reading)},
    )
    initial = {
        "chosen": decision.chosen_id or "",
        "why": decision.why,
        "review_on": decision.review_on,
    }
    return edit_page(request, decision, make=make, save=save, page=page, initial=initial)


@form_methods
def decision_drop(request: HttpRequest, slug: str, reference: str) -> HttpResponse:
    """Stop working on a decision."""
    at = decision_for_writing(request, slug, reference)
    form = DropForm(request.POST or None)

    def save() -> None:
        drop_decision(decision=at.decision, by=at.person, reason=form.cleaned_data["reason"])

    page = page_on(
        at,
        f"Drop {reference}",
        "Drop it",
        done=f"{reference} is dropped. It stays in the record.",
        intro="Nobody goes on with it. Everything that was written stays in the record.",
    )
    return form_page(request, form, page, save)


@require_POST
def decision_supersede(request: HttpRequest, slug: str, reference: str) -> HttpResponse:
    """Begin a decision that is to take the place of an agreed one."""
    at = decision_for_deciding(request, slug, reference)
    copy = pressed(
        request,
        partial(supersede_decision, decision=at.decision, by=at.person),
        lambda copy: f"{copy.reference} begins as a copy. {reference} holds until it is agreed.",
    )
    return redirect("decision_detail", slug, copy.reference if copy else reference)


@require_safe
def decision_history(request: HttpRequest, slug: str, reference: str) -> HttpResponse:
    """Everything that was changed on a decision, and everything signed of it."""
    at = decision_for_reading(request, slug, reference)
    return history_view(
        request,
        decision_records(at.decision),
        heading=f"History of {reference}",
        trail=trail_of(at),
    )
