"""Comments on a hazard: reading them, saying something, answering, one's own again."""

import json
import uuid
from functools import partial

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from audit.errors import NotAllowed
from hazards.access import HazardAt, hazard_for, hazard_for_reading
from hazards.forms.comments import CommentForm, EditCommentForm
from hazards.forms.hazards import WhyForm
from hazards.origins import merged_into
from hazards.views.editing import Sheet, answer, answer_edit, in_place, slot_of, trail_to
from hazards.views.hazard import form_methods
from products.actions import add_comment, edit_comment, withdraw_comment
from products.comments import MOST_THREADS, CommentSubject, comments_on
from products.models import Comment
from products.parts import comment_about
from products.permissions import Ability

_LIST = "comments-list"


def subject_of(at: HazardAt) -> CommentSubject:
    """The hazard, as comments are about it, with those that were merged into it."""
    return CommentSubject(
        product=at.product,
        kind="hazard",
        id=str(at.hazard.public_id),
        words=f"{at.hazard.display_reference} {at.hazard.name}",
        url=_page_url(at),
        also={str(each.public_id): each.display_reference for each in merged_into(at.hazard)},
    )


def _page_url(at: HazardAt) -> str:
    return reverse("hazard_comments", args=[at.product.slug, at.hazard.reference])


@require_safe
def hazard_comments(request: HttpRequest, slug: str, reference: str) -> HttpResponse:
    """What people said about the hazard: a page, or the list for the hazard page."""
    at = hazard_for_reading(request, slug, reference)
    context = {
        "at": at,
        "hazard": at.hazard,
        "product": at.product,
        "comments": comments_on(subject_of(at), None if "all" in request.GET else MOST_THREADS),
        "may_comment": at.standing.can(Ability.COMMENT),
        "heading": f"Comments on {at.hazard.display_reference}",
        "summary": at.hazard.name,
        "trail": trail_to(at, "Comments"),
    }
    is_part = request.headers.get("HX-Target", "") == _LIST
    template = "hazards/comments/_list.html" if is_part else "hazards/comments/comments.html"
    response = render(request, template, context)
    patch_vary_headers(response, ["HX-Request", "HX-Target"])
    return response


@form_methods
def comment_add(request: HttpRequest, slug: str, reference: str) -> HttpResponse:
    """Say something about the hazard."""
    at = hazard_for(request, slug, reference, Ability.COMMENT)

    def save(form: CommentForm) -> None:
        values = form.cleaned_data
        add_comment(
            about=subject_of(at), by=at.person, text=values["text"], people=values["people"]
        )

    sheet = _sheet("Write a comment", "Add the comment", "Your comment is added.")
    make = partial(CommentForm, product=at.product)
    return answer(request, at, make, sheet, save, then=_then)


@form_methods
def comment_reply(
    request: HttpRequest, slug: str, reference: str, public_id: uuid.UUID
) -> HttpResponse:
    """Answer what somebody said."""
    at = hazard_for(request, slug, reference, Ability.COMMENT)
    first = comment_about(subject_of(at), public_id)

    def save(form: CommentForm) -> None:
        values = form.cleaned_data
        add_comment(
            about=subject_of(at),
            by=at.person,
            text=values["text"],
            people=values["people"],
            replies_to=first,
        )

    sheet = _sheet(f"Answer {first.written_by}", "Add the answer", "Your answer is added.")
    make = partial(CommentForm, product=at.product)
    return answer(request, at, make, sheet, save, then=_then)


@form_methods
def comment_edit(
    request: HttpRequest, slug: str, reference: str, public_id: uuid.UUID
) -> HttpResponse:
    """Change one's own comment."""
    at, own = _own(request, slug, reference, public_id)

    def save(form: EditCommentForm) -> None:
        edit_comment(
            comment=own,
            about=subject_of(at),
            by=at.person,
            text=form.cleaned_data["text"],
            people=form.cleaned_data["people"],
            base_version=form.version_before,
        )

    sheet = _sheet("Change your comment", "Save the comment", "Your comment is changed.")
    make = partial(EditCommentForm, product=at.product)
    return answer_edit(request, at, own, make, sheet, save, then=_then)


@form_methods
def comment_withdraw(
    request: HttpRequest, slug: str, reference: str, public_id: uuid.UUID
) -> HttpResponse:
    """Take one's own comment back."""
    at, own = _own(request, slug, reference, public_id)

    def save(form: WhyForm) -> None:
        reason = form.cleaned_data["reason"]
        withdraw_comment(comment=own, about=subject_of(at), by=at.person, reason=reason)

    sheet = Sheet(
        "Withdraw your comment",
        "Withdraw it",
        "Your comment is withdrawn.",
        "hazard-comments",
        intro="It is no longer shown here. It stays in the record, as everything does.",
        is_dangerous=True,
        needs_log=False,
    )
    return answer(request, at, WhyForm, sheet, save, then=_then)


def _own(
    request: HttpRequest, slug: str, reference: str, public_id: uuid.UUID
) -> tuple[HazardAt, Comment]:
    at = hazard_for(request, slug, reference, Ability.COMMENT)
    comment = comment_about(subject_of(at), public_id)
    if comment.written_by_id != at.person.pk:
        raise NotAllowed(
            "Only who wrote a comment changes or withdraws it. Nothing was changed. Answer it."
        )
    return at, comment


def _sheet(heading: str, submit: str, done: str) -> Sheet:
    return Sheet(
        heading,
        submit,
        done,
        "hazard-comments",
        fields="hazards/comments/_fields.html",
        needs_log=False,
    )


def _then(request: HttpRequest, at: HazardAt, sheet: Sheet) -> HttpResponse:
    """After a save: the list is asked for anew, and the rest of the page stays as it is."""
    if not slot_of(request):
        messages.success(request, sheet.done)
        return redirect(_page_url(at))
    response = render(request, "hazards/comments/_saved.html", {"done": sheet.done})
    response["HX-Trigger"] = json.dumps(
        {"interface:announce": {"sentence": sheet.done}, "comments-changed": {}}
    )
    return in_place(response)
