"""The page on which somebody refuses to sign, and the way from its form to the record."""

from collections.abc import Callable, Sequence

from django.http import HttpRequest, HttpResponse

from accounts.editing import Page, form_page
from reviews.signing.forms import RejectForm
from reviews.signing.subjects import Subject


def rejecting_page(
    request: HttpRequest,
    subject: Subject,
    reject: Callable[[str, str], object],
    *,
    heading: str,
    done_url: str,
    trail: Sequence[tuple[str, str]],
    back_to: str = "its author",
    done: str = "Rejected. Its author reads why on this page.",
) -> HttpResponse:
    """Show the form, or refuse: ``reject`` runs the action with what was on screen and the reason.

    The page carries the fingerprint of what is rejected. ``back_to`` are those who read why.
    """
    form = RejectForm(request.POST if request.method == "POST" else None)
    page = Page(
        heading=heading,
        submit="Reject it",
        done_url=done_url,
        done=done,
        intro=f"It goes back to {back_to}. Nobody can sign it until it is changed; your reason "
        "stays in the record, also after that.",
        trail=tuple(trail),
        more={"hidden_fields": [("seen", subject.fingerprint)]},
    )

    def save() -> None:
        reject(request.POST.get("seen", ""), form.cleaned_data["reason"])

    return form_page(request, form, page, save)
