"""Pages about people: the list for administrators, and each one's profile."""

import uuid
from functools import partial

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from accounts.access import administrator_of, person_of, profile_for_reading
from accounts.actions import (
    create_person,
    deactivate_person,
    edit_profile,
    invite_person,
    reactivate_person,
    withdraw_invitation,
)
from accounts.editing import Page, edit_page, form_page, mailing
from accounts.forms import (
    AdministratorForm,
    EditForm,
    NewPersonForm,
    ProfileForm,
    ReasonForm,
    RegistrationCheckForm,
)
from accounts.history import history_view, sign_ins_of
from accounts.mail import MailNotSent
from accounts.models import Profile
from accounts.permissions import (
    can_check_registration,
    can_deactivate,
    can_edit_profile,
    can_manage_people,
    can_see_sign_ins,
    can_set_administrator,
    check_check_registration,
    check_deactivate,
    check_edit_profile,
    check_set_administrator,
)
from accounts.queries import everybody, newest_invitation, standing_of_sign_in


@require_safe
def people(request: HttpRequest) -> HttpResponse:
    """Everybody, for administrators."""
    administrator_of(request)
    rows = [
        (profile, *standing_of_sign_in(profile.user, next(iter(profile.user.letters), None)))
        for profile in everybody()
    ]
    context = {"heading": "People", "rows": rows, "trail": [("People", "")]}
    return render(request, "accounts/people.html", context)


def person_new(request: HttpRequest) -> HttpResponse:
    """Add somebody without a role, and send them their invitation."""
    by = administrator_of(request)
    form = NewPersonForm(request.POST or None)

    def save() -> str:
        person = create_person(by=by, **form.cleaned_data)
        try:
            invite_person(person=person, by=by, site=request.build_absolute_uri("/"))
        except MailNotSent as problem:
            messages.warning(request, problem.sentence)
        return reverse("person", args=[person.profile.public_id])

    page = Page(
        heading="Invite a person",
        submit="Add and invite",
        done_url=reverse("people"),
        done="Added. Their invitation is on its way by mail.",
        intro="They get a link by which they choose their password. Roles are given on a product.",
        trail=(("People", reverse("people")),),
    )
    return form_page(request, form, page, save)


@require_safe
def my_profile(request: HttpRequest) -> HttpResponse:
    """The way to one's own profile."""
    return redirect("person", person_of(request).profile.public_id)


@require_safe
def person(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """A person's profile."""
    profile = profile_for_reading(request, public_id)
    by = person_of(request)
    word, tone = standing_of_sign_in(profile.user, newest_invitation(profile.user))
    context = {
        "heading": profile.name,
        "trail": (*_trail(request, profile)[:-1], (profile.name, "")),
        "profile": profile,
        "sign_in_word": word,
        "sign_in_tone": tone,
        "can_edit": can_edit_profile(by, profile),
        "can_check": can_check_registration(by, profile),
        "can_set_administrator": can_set_administrator(by, profile),
        "can_deactivate": can_deactivate(by, profile.user),
        "can_see_sign_ins": can_see_sign_ins(by, profile),
        "can_invite": can_manage_people(by) and word in ("not invited", "invitation expired"),
        "can_invite_again": can_manage_people(by) and word == "invited",
    }
    return render(request, "accounts/person.html", context)


def person_edit(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Name, title and registration."""
    profile = profile_for_reading(request, public_id)
    check_edit_profile(person_of(request), profile)
    return _edit(
        request,
        profile,
        ProfileForm,
        _page(request, profile, heading="Name, title and registration", submit="Save"),
    )


def registration_check(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Say that a registration was looked up."""
    profile = profile_for_reading(request, public_id)
    check_check_registration(person_of(request), profile)
    page = _page(
        request,
        profile,
        heading="Check the registration",
        submit="Save the check",
        intro=f"{profile.name} is registered as {profile.registration}."
        if profile.registration
        else f"{profile.name} has given no registration yet.",
    )
    return _edit(request, profile, RegistrationCheckForm, page)


def person_administrator(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Decide whether a person manages people."""
    profile = profile_for_reading(request, public_id)
    check_set_administrator(person_of(request), profile)
    page = _page(request, profile, heading="Who manages people", submit="Save")
    return _edit(request, profile, AdministratorForm, page)


def person_deactivate(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Stop a person from signing in."""
    profile = profile_for_reading(request, public_id)
    by = person_of(request)
    check_deactivate(by, profile.user)
    form = ReasonForm(request.POST or None)
    page = _page(
        request,
        profile,
        heading=f"Deactivate {profile.name}",
        submit="Deactivate",
        intro="They cannot sign in any more, from this moment on. Everything that they did stays "
        "in the record, and their roles stand until they are ended on each product's team page.",
        done=f"{profile.name} cannot sign in any more.",
    )

    def save() -> None:
        deactivate_person(person=profile.user, by=by, reason=form.cleaned_data["reason"])

    return form_page(request, form, page, save)


def person_reactivate(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Let a deactivated person sign in again."""
    profile = profile_for_reading(request, public_id)
    by = person_of(request)
    check_deactivate(by, profile.user)
    form = ReasonForm(request.POST or None)
    page = _page(
        request,
        profile,
        heading=f"Let {profile.name} sign in again",
        submit="Reactivate",
        intro="The password that they had works again, and so do the roles that stand.",
        done=f"{profile.name} may sign in again.",
    )

    def save() -> None:
        reactivate_person(person=profile.user, by=by, reason=form.cleaned_data["reason"])

    return form_page(request, form, page, save)


@require_POST
def person_invite(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Send an invitation, a first one or again."""
    by = administrator_of(request)
    profile = profile_for_reading(request, public_id)
    send = partial(invite_person, person=profile.user, by=by, site=request.build_absolute_uri("/"))
    mailing(request, send, f"An invitation is on its way to {profile.user.email}.")
    return redirect("person", public_id)


@require_POST
def person_withdraw_invitation(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Make the open link of a person stop working."""
    by = administrator_of(request)
    profile = profile_for_reading(request, public_id)
    withdraw = partial(withdraw_invitation, person=profile.user, by=by)
    mailing(request, withdraw, f"The invitation of {profile.name} is withdrawn.")
    return redirect("person", public_id)


@require_safe
def person_history(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Everything that was ever changed in a profile; for some also when the person signed in."""
    profile = profile_for_reading(request, public_id)
    sees_sign_ins = can_see_sign_ins(person_of(request), profile)
    return history_view(
        request,
        {Profile: [profile.pk]},
        heading=f"History of {profile.name}",
        trail=_trail(request, profile),
        and_also=sign_ins_of(profile.user) if sees_sign_ins else None,
    )


def _edit(request: HttpRequest, profile: Profile, make: type[EditForm], page: Page) -> HttpResponse:
    def save(form: EditForm) -> None:
        edit_profile(
            profile=profile,
            by=person_of(request),
            changes=form.changes(),
            base_version=form.version_before,
            reason=form.why,
        )

    initial = {name: getattr(profile, name, None) for name in make.base_fields}
    return edit_page(request, profile, make=make, save=save, page=page, initial=initial)


def _page(
    request: HttpRequest,
    profile: Profile,
    *,
    heading: str,
    submit: str,
    intro: str = "",
    done: str = "Saved.",
) -> Page:
    return Page(
        heading=heading,
        submit=submit,
        done_url=reverse("person", args=[profile.public_id]),
        done=done,
        intro=intro,
        trail=_trail(request, profile),
    )


def _trail(request: HttpRequest, profile: Profile) -> tuple[tuple[str, str], ...]:
    here = (profile.name, reverse("person", args=[profile.public_id]))
    if can_manage_people(person_of(request)):
        return (("People", reverse("people")), here)
    return (here,)
