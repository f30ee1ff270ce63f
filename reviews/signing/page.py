"""What the page says on which something is signed, and the way from its form to the record."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render

from accounts.credentials import Confirmed, confirm_password
from accounts.models import User
from audit.errors import BadText, NotPossible
from audit.timeline import FieldChange
from reviews.choices import Meaning
from reviews.decisions.disagreement import Disagreement
from reviews.signing.forms import SigningForm
from reviews.signing.statements import statement_of
from reviews.signing.subjects import Subject

UNPROCESSABLE = 422


@dataclass(frozen=True)
class ToSign:
    """One thing that is signed on a page; ``url`` leads to the whole of it."""

    subject: Subject
    meaning: Meaning
    url: str = ""

    @property
    def statement(self) -> str:
        """The exact sentence that is signed."""
        return statement_of(self.subject, self.meaning)


@dataclass(frozen=True)
class SigningPage:
    """The words and contents of a page to sign on, for ``reviews/sign.html``.

    ``in_the_way`` are sentences: what keeps this person from signing now. ``who_may`` is the
    sentence for those whose role does not sign it. Either hides the form.
    """

    heading: str
    submit: str
    done: str
    done_url: str
    to_sign: Sequence[ToSign]
    trail: Sequence[tuple[str, str]] = ()
    in_the_way: Sequence[str] = ()
    who_may: str = ""
    not_ready: Sequence[str] = ()
    changes: Sequence[FieldChange] | None = None  # None: nothing to compare with
    changes_since: str = ""
    disagreements: Sequence[Disagreement] = ()
    template: str = "reviews/sign.html"
    more: Mapping[str, Any] = field(default_factory=dict)

    @property
    def seen(self) -> str:
        """The fingerprints of what is on screen, in the order of ``to_sign``."""
        return " ".join(each.subject.fingerprint for each in self.to_sign)

    def context(self, form: SigningForm) -> dict[str, Any]:
        """What the template needs."""
        shows_form = not self.who_may and (form.is_bound or not self.in_the_way)
        return {
            "heading": self.heading,
            "submit": self.submit,
            "cancel_url": self.done_url,
            "trail": [*self.trail, (self.heading, "")],
            "page": self,
            "form": form,
            "shows_form": shows_form,
            "hidden_fields": [("seen", self.seen)],
            **self.more,
        }


def signing_page(
    request: HttpRequest,
    page: SigningPage,
    form: SigningForm,
    sign: Callable[[Confirmed], object],
    *,
    person: User,
) -> HttpResponse:
    """Show a page to sign on, or sign: ``sign`` runs the action with the proof of the credential.

    What is refused is said on the page, and everything typed is kept but the password.
    """
    status = 200
    if request.method == "POST":
        if form.is_valid() and signed(form, sign, person=person):
            messages.success(request, page.done)
            return HttpResponseRedirect(page.done_url)
        status = UNPROCESSABLE
    return render(request, page.template, page.context(form), status=status)


def signed(form: SigningForm, sign: Callable[[Confirmed], object], *, person: User) -> bool:
    """Whether a valid form was signed; what was in the way is in the form then."""
    try:
        confirmed = confirm_password(person=person, password=form.cleaned_data["password"])
    except NotPossible as refusal:
        form.add_error("password", refusal.sentence)
        return False
    try:
        sign(confirmed)
    except (NotPossible, BadText) as refusal:
        form.add_error(None, refusal.sentence)
        form.read_again()
        return False
    return True
