"""One section of the report: reading it, writing it with a preview, its history."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from accounts.editing import Page, edit_page
from accounts.forms import EditForm
from accounts.history import history_view
from products.permissions import Ability
from products.queries import current_team_of
from safetycase.access import SectionAt, section_for_reading, section_for_writing
from safetycase.actions.sections import write_section
from safetycase.choices import SectionKey
from safetycase.figures import figures_for
from safetycase.forms import SectionForm
from safetycase.models import Section
from safetycase.narrative import render_narrative
from safetycase.placeholders import DESCRIPTIONS, placeholder_values
from safetycase.section_reading import generated_in


@require_safe
def section(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    """What a section says, as the report will print it."""
    at = section_for_reading(request, slug, key)
    keys = list(SectionKey)
    place = keys.index(at.key)
    context = {
        "at": at,
        "heading": f"{at.key.number} {at.key.label}",
        "trail": [_report(at), (at.key.label, "")],
        "narrative": render_narrative(at.section.narrative, _values(at)),
        "generated": generated_in(at.key),
        "before": keys[place - 1] if place else None,
        "after": keys[place + 1] if place + 1 < len(keys) else None,
        "can_write": at.standing.can(Ability.WRITE_REPORT),
    }
    return render(request, "safetycase/section.html", context)


def section_edit(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    """Write a section, with a preview beside it."""
    at = section_for_writing(request, slug, key)
    page = _writing_page(at, typed=_to_preview(request, at.section.narrative))
    if request.method == "POST" and "preview" in request.POST:
        # Without script the preview comes with a button; nothing is saved.
        return render(request, page.template, page.context(SectionForm(data=request.POST)))

    def save(form: EditForm) -> None:
        write_section(
            product=at.standing.product,
            key=at.key,
            by=at.standing.person,
            narrative=form.cleaned_data["narrative"],
            base_version=form.version_before,
            reason=form.why,
        )

    return edit_page(
        request,
        at.section,
        make=SectionForm,
        save=save,
        page=page,
        initial={"narrative": at.section.narrative},
    )


@require_POST
def section_preview(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    """The preview alone, of what is being typed: nothing is saved."""
    at = section_for_writing(request, slug, key)
    context = {"narrative": render_narrative(_to_preview(request, ""), _values(at))}
    return render(request, "safetycase/_preview.html", context)


def _to_preview(request: HttpRequest, otherwise: str) -> str:
    """What is typed, up to the length that a section may have: more would only cost time."""
    typed = request.POST.get("narrative", otherwise)
    return typed[: Section._meta.get_field("narrative").max_length]


@require_safe
def section_history(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    """Everything that was changed in a section."""
    at = section_for_reading(request, slug, key)
    keys = [at.section.pk] if at.section.pk else []
    return history_view(
        request,
        {Section: keys},
        heading=f"History of “{at.key.label}”",
        trail=[_report(at), (at.key.label, _url(at))],
    )


def _writing_page(at: SectionAt, typed: str) -> Page:
    values = _values(at)
    return Page(
        heading=f"Write section {at.key.number}: {at.key.label}",
        submit="Save",
        done_url=_url(at),
        trail=(_report(at), (at.key.label, _url(at))),
        template="safetycase/section_edit.html",
        more={
            "at": at,
            "narrative": render_narrative(typed, values),
            "generated": generated_in(at.key),
            "placeholders": [
                (name, words, values[name])
                for name, words in DESCRIPTIONS.items()
                if name in values
            ],
        },
    )


def _values(at: SectionAt) -> dict[str, str]:
    product = at.standing.product
    return placeholder_values(figures_for(product), current_team_of(product))


def _url(at: SectionAt) -> str:
    return reverse("section", args=[at.standing.product.slug, at.key.value])


def _report(at: SectionAt) -> tuple[str, str]:
    return ("Safety case", reverse("safety_case", args=[at.standing.product.slug]))
