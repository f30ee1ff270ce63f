"""The page behind an invitation's link. Public: whoever follows it has no password yet."""

from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from accounts.actions import accept_invitation, open_invitation
from accounts.actions.invitations import GONE
from accounts.forms import PasswordForm
from audit.errors import NotPossible

NOT_FOUND = 404
UNPROCESSABLE = 422


@login_not_required
@never_cache
@sensitive_post_parameters()
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Choose the first password; a link that does not work says so."""
    letter = open_invitation(token)
    if letter is None:
        context = {"heading": "This invitation does not work", "sentence": GONE}
        return render(request, "accounts/invitation_gone.html", context, status=NOT_FOUND)
    form = PasswordForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            accept_invitation(token=token, password=form.cleaned_data["password"])
        except NotPossible as refusal:
            form.add_error("password", refusal.sentence)
        else:
            # Whoever was signed in on this machine is not the person who was invited.
            logout(request)
            messages.success(request, "Your password is set. Sign in with it.")
            return redirect("account_login")
    page = {"heading": f"Welcome, {letter.user.name}", "letter": letter, "form": form}
    status = UNPROCESSABLE if form.errors else 200
    return render(request, "accounts/invitation.html", page, status=status)
