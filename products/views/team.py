"""The team: who is on it, in which role, from when to when."""

import uuid
from functools import partial

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts.editing import Page, edit_page, form_page, mailing
from accounts.forms import EditForm
from accounts.history import history_view
from accounts.mail import MailNotSent
from products.access import product_for, product_for_reading, standing_on
from products.actions import (
    change_membership,
    end_membership,
    invite_to_team,
    resend_invitation,
    withdraw_team_invitation,
)
from products.actions.team import check_may_give
from products.choices import Role
from products.forms import EndForm, MembershipForm, TeamForm
from products.models import Membership
from products.parts import membership_in
from products.permissions import Ability, Standing
from products.queries import team_of, team_with_invitations
from products.team_reading import roles_to_give, team_groups


@require_safe
def team(request: HttpRequest, slug: str) -> HttpResponse:
    """The team today, before and after; for the team and for administrators."""
    standing = standing_on(request, slug)
    groups = team_groups(team_with_invitations(standing.product), standing, timezone.localdate())
    context = {
        "heading": "Team",
        "trail": [("Team", "")],
        "groups": groups,
        "can_manage": standing.can(Ability.MANAGE_TEAM),
        "can_read": standing.can(Ability.READ),
        "slug": slug,
    }
    return render(request, "products/team.html", context)


def team_add(request: HttpRequest, slug: str) -> HttpResponse:
    """Give a role to somebody, inviting them where they are new."""
    standing = product_for(request, slug, Ability.MANAGE_TEAM)
    form = TeamForm(request.POST or None, roles=roles_to_give(standing))

    def save() -> None:
        try:
            invite_to_team(
                product=standing.product,
                by=standing.person,
                site=request.build_absolute_uri("/"),
                **form.cleaned_data,
            )
        except MailNotSent as problem:
            messages.warning(request, problem.sentence)

    page = Page(
        heading="Add somebody to the team",
        submit="Add to the team",
        done_url=reverse("team", args=[slug]),
        done="Added to the team.",
        trail=(("Team", reverse("team", args=[slug])),),
    )
    return form_page(request, form, page, save)


def membership_edit(request: HttpRequest, slug: str, public_id: uuid.UUID) -> HttpResponse:
    """Change the dates of a role."""
    standing = product_for(request, slug, Ability.MANAGE_TEAM)
    membership = _changeable(standing, public_id)

    def save(form: EditForm) -> None:
        change_membership(
            membership=membership,
            by=standing.person,
            changes=form.changes(),
            base_version=form.version_before,
            reason=form.why,
        )

    initial = {name: getattr(membership, name) for name in ("starts_on", "ends_on", "is_deputy")}
    page = _page(slug, membership, f"Change the role of {membership.person.name}", "Save")
    return edit_page(
        request, membership, make=MembershipForm, save=save, page=page, initial=initial
    )


def membership_end(request: HttpRequest, slug: str, public_id: uuid.UUID) -> HttpResponse:
    """End a role."""
    standing = product_for(request, slug, Ability.MANAGE_TEAM)
    membership = _changeable(standing, public_id)
    form = EndForm(request.POST or None)

    def save() -> None:
        end_membership(membership=membership, by=standing.person, **form.cleaned_data)

    page = _page(slug, membership, f"End the role of {membership.person.name}", "End the role")
    return form_page(request, form, page, save)


@require_POST
def invitation_resend(request: HttpRequest, slug: str, public_id: uuid.UUID) -> HttpResponse:
    """Send a new link to somebody who has not chosen a password yet."""
    standing = product_for(request, slug, Ability.MANAGE_TEAM)
    membership = membership_in(standing, public_id)
    send = partial(
        resend_invitation,
        membership=membership,
        by=standing.person,
        site=request.build_absolute_uri("/"),
    )
    mailing(request, send, f"A new invitation is on its way to {membership.person.email}.")
    return redirect("team", slug)


@require_POST
def invitation_withdraw(request: HttpRequest, slug: str, public_id: uuid.UUID) -> HttpResponse:
    """Make an open link stop working."""
    standing = product_for(request, slug, Ability.MANAGE_TEAM)
    membership = membership_in(standing, public_id)
    withdraw = partial(withdraw_team_invitation, membership=membership, by=standing.person)
    mailing(
        request,
        withdraw,
        f"The invitation of {membership.person.name} is withdrawn. The role stands until it ends.",
    )
    return redirect("team", slug)


@require_safe
def team_history(request: HttpRequest, slug: str) -> HttpResponse:
    """Who was given which role by whom, and what was changed."""
    standing = product_for_reading(request, slug)
    keys = team_of(standing.product).values_list("pk", flat=True)
    return history_view(
        request,
        {Membership: list(keys)},
        heading="History of the team",
        trail=[("Team", reverse("team", args=[slug]))],
    )


def _changeable(standing: Standing, public_id: uuid.UUID) -> Membership:
    membership = membership_in(standing, public_id)
    check_may_give(standing.person, standing.product, Role(membership.role), to=membership.person)
    return membership


def _page(slug: str, membership: Membership, heading: str, submit: str) -> Page:
    until = f" until {membership.ends_on:%-d %B %Y}" if membership.ends_on else ""
    return Page(
        heading=heading,
        submit=submit,
        done_url=reverse("team", args=[slug]),
        intro=f"{membership.get_role_display()}{' (deputy)' if membership.is_deputy else ''}, "
        f"from {membership.starts_on:%-d %B %Y}{until}. The role stays in the record.",
        trail=(("Team", reverse("team", args=[slug])),),
    )
