"""Writing the plan: its texts and what it says of each class, in one form and one act."""

from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.conflicts import ConflictField, ConflictPanel, posted
from accounts.editing import UNPROCESSABLE, Page, conflict_page, saved
from audit.errors import BadText, Conflict, NotPossible
from audit.tracked import history_of
from hazards.models import Plan, PlanClass
from products.choices import Role
from products.permissions import roles_in_words
from reviews.actions.plans import write_plan
from reviews.plan.access import PlanAt, plan_for_writing
from reviews.plan.forms import PlanForm, values_of, versions_in_words
from reviews.plan.reading import PlanReading, classes_of, matrices_of, plans_of, read_plan
from reviews.plan.words import authorisation_in_words, phases_in_words


@require_http_methods(["GET", "HEAD", "POST"])
def plan_edit(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Write a version that is not in force."""
    at = plan_for_writing(request, slug, number)
    reading, classes = read_plan(at.plan), list(classes_of(at.plan))
    page = _page(at, reading)
    make = partial(PlanForm, plan=at.plan, classes=classes, needs_reason=bool(_signed_by(reading)))
    if request.method != "POST":
        if reading.is_settled:
            messages.error(
                request,
                f"Version {number} stays as it was signed when it came into force. "
                "Begin the next version to change it.",
            )
            return redirect("plan_version", slug, number)
        initial = values_of(at.plan, classes) | {
            "base_version": at.plan.version,
            "class_versions": versions_in_words(classes),
        }
        return render(request, page.template, page.context(make(initial=initial)))
    form = make(data=request.POST)
    if form.is_valid():
        try:
            _write(at, form)
            return saved(request, page)
        except Conflict as conflict:
            return conflict_page(request, _panel(at, form, conflict), form, make=make, page=page)
        except (NotPossible, BadText) as refusal:
            form.add_error(None, refusal.sentence)
    return render(request, page.template, page.context(form), status=UNPROCESSABLE)


def _write(at: PlanAt, form: PlanForm) -> None:
    write_plan(
        plan=at.plan,
        by=at.person,
        changes=form.changes(),
        classes=form.classes(),
        base_version=form.version_before,
        reason=form.why,
    )


def _page(at: PlanAt, reading: PlanReading) -> Page:
    slug, number = at.product.slug, at.plan.number
    url = reverse("plan_version", args=[slug, number])
    signed_by = _signed_by(reading)
    intro = "Nothing of it counts until a clinical safety officer approves it and the accountable "
    intro += "executive authorises it (clauses 3.2.1 and 3.2.2)."
    if signed_by:
        names = " and ".join(signed_by)
        intro = f"{names} signed it as it stands. A change takes that signature out of date."
    return Page(
        heading=f"Write version {number} of the plan",
        submit="Save",
        done_url=url,
        intro=intro,
        trail=(("Plan", reverse("plan", args=[slug])), (f"Version {number}", url)),
        template="reviews/plan_edit.html",
    )


def _signed_by(reading: PlanReading) -> list[str]:
    return [each.sign_off.signer_name for each in reading.signatures.readings if each.is_current]


def _panel(at: PlanAt, form: PlanForm, conflict: Conflict) -> ConflictPanel:
    """What both changed, field by field, and the form's values with the rest merged."""
    now = plans_of(at.product).get(pk=at.plan.pk)
    classes = list(classes_of(now))
    theirs = values_of(now, classes)
    before = theirs | values_of(
        _as_shown(now, form.version_before),
        [_class_as_shown(row, form.class_version_of(row)) for row in form.rows],
    )
    mine = {name: _stored(form.cleaned_data[name]) for name in theirs if name in form.cleaned_data}
    initial = {
        name: theirs[name] if value == before[name] else value for name, value in mine.items()
    } | {"class_versions": versions_in_words(classes)}
    newest = max(
        (history_of(row).select_related("history_user__profile")[0] for row in (now, *classes)),
        key=lambda row: row.history_date,
    )
    fields = []
    for field in conflict.fields:
        name = field.name.removesuffix("_id")
        fields.append(
            ConflictField(
                name=name,
                label=field.label[:1].upper() + field.label[1:],
                base=_in_words(at, name, field.base),
                theirs=_in_words(at, name, field.theirs),
                mine=_in_words(at, name, field.yours),
                theirs_value=posted(field.theirs),
                mine_value=posted(field.yours),
            )
        )
    return ConflictPanel(
        newest.history_user, newest.history_date, fields, initial, conflict.current_version
    )


def _as_shown(plan: Plan, version: int | None) -> Any:
    return history_of(plan).filter(version=version).first() or plan


def _class_as_shown(row: PlanClass, version: int | None) -> Any:
    return history_of(row).filter(version=version).select_related("risk_class").first() or row


def _stored(value: Any) -> Any:
    return getattr(value, "pk", value)


def _in_words(at: PlanAt, name: str, value: Any) -> str:
    if name == "phases":
        return "; ".join(phases_in_words(value.split()))
    if name == "needs_authorisation":
        return authorisation_in_words(value)
    if name == "matrix":
        return str(matrices_of(at.product).filter(pk=value).first() or "")
    if name.startswith("accepted_by_"):
        return roles_in_words([Role(key) for key in value.split()])
    return str(value)
