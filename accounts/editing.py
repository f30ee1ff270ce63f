"""From a form to an action and back: one way for every edit page.

What an action refuses is said in the form, with everything typed kept. When somebody else saved
first, the page shows both versions and goes on from the merged ones.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render

from accounts.conflicts import ConflictPanel, conflict_over
from accounts.forms import EditForm, SheetForm
from accounts.mail import MailNotSent
from audit.errors import BadText, Conflict, NotPossible
from audit.tracked import Tracked

TEMPLATE = "accounts/edit_form.html"
CONFLICT = 409
UNPROCESSABLE = 422

Made = TypeVar("Made")


@dataclass(frozen=True)
class Page:
    """The words of a form page: ``heading`` and ``submit``, and where it leads.

    ``more`` is what its template needs besides.
    """

    heading: str
    submit: str
    done_url: str
    done: str = "Saved."
    intro: str = ""
    trail: tuple[tuple[str, str], ...] = ()
    template: str = TEMPLATE
    more: Mapping[str, Any] = field(default_factory=dict)

    def context(self, form: SheetForm) -> dict[str, Any]:
        """What the template needs."""
        return {
            "heading": self.heading,
            "submit": self.submit,
            "cancel_url": self.done_url,
            "intro": self.intro,
            "trail": [*self.trail, (self.heading, "")],
            "form": form,
            **self.more,
        }


def form_page(
    request: HttpRequest, form: SheetForm, page: Page, save: Callable[[], str | None]
) -> HttpResponse:
    """A page with one form: shows it, or saves it and goes on.

    ``save`` runs the action for a valid form; it returns the address to go to, or None for the
    page's own.
    """
    status = 200
    if request.method == "POST":
        if form.is_valid():
            went_to = attempt(form, save)
            if went_to is not None:
                return saved(request, page, went_to)
        status = UNPROCESSABLE
    return render(request, page.template, page.context(form), status=status)


def attempt(form: SheetForm, save: Callable[[], str | None]) -> str | None:
    """Run a save; its refusal goes into the form and None comes back. '' means no address."""
    try:
        return save() or ""
    except (NotPossible, BadText) as refusal:
        form.add_error(None, refusal.sentence)
        return None


def saved(request: HttpRequest, page: Page, url: str = "") -> HttpResponseRedirect:
    """Go on after a save, saying so."""
    messages.success(request, page.done)
    return HttpResponseRedirect(url or page.done_url)


def edit_page(
    request: HttpRequest,
    row: Tracked,
    *,
    make: Callable[..., EditForm],
    save: Callable[[EditForm], object],
    page: Page,
    initial: Mapping[str, Any],
) -> HttpResponse:
    """A page that edits a tracked row; ``make`` builds its form, ``save`` runs the action."""
    if request.method != "POST":
        form = make(initial={**initial, "base_version": row.version})
        return render(request, page.template, page.context(form))
    form = make(data=request.POST)
    if form.is_valid():
        try:
            save(form)
            return saved(request, page)
        except Conflict as conflict:
            panel = conflict_over(
                row,
                conflict,
                proposed=form.changes(),
                base_version=form.version_before,
                typed=form.typed,
            )
            return conflict_page(request, panel, form, make=make, page=page)
        except (NotPossible, BadText) as refusal:
            form.add_error(None, refusal.sentence)
    return render(request, page.template, page.context(form), status=UNPROCESSABLE)


def conflict_page(
    request: HttpRequest,
    panel: ConflictPanel,
    form: EditForm,
    *,
    make: Callable[..., EditForm],
    page: Page,
) -> HttpResponse:
    """Both versions to choose from, and the form again with what does not collide merged."""
    beside = form.beside()
    again = {
        **panel.initial,
        **{name: form[name].value() for name in beside},
        "reason": form.why,
        "base_version": panel.version,
    }
    hidden = panel.hidden_fields(reason=form.why, base_version=str(panel.version))
    context = page.context(make(initial=again)) | {
        "conflict": panel,
        "conflict_hidden_fields": [
            *hidden,
            *((name, value) for name, values in beside.items() for value in values),
        ],
    }
    return render(request, page.template, context, status=CONFLICT)


def pressed(
    request: HttpRequest, do: Callable[[], Made], done: str | Callable[[Made], str]
) -> Made | None:
    """Run what a button says, and say how it went: what the action made, or None where it refused.

    ``done`` is the sentence afterwards, or makes it of what the action made.
    """
    try:
        made = do()
    except NotPossible as refusal:
        messages.error(request, refusal.sentence)
        return None
    messages.success(request, done if isinstance(done, str) else done(made))
    return made


def mailing(request: HttpRequest, do: Callable[[], object], done: str) -> None:
    """Run an action that sends a mail, and say how it went; the act stands either way."""
    try:
        do()
        messages.success(request, done)
    except MailNotSent as problem:
        messages.warning(request, problem.sentence)
    except NotPossible as refusal:
        messages.error(request, refusal.sentence)
