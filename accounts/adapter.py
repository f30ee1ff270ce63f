"""How sign-in behaves here: people come by invitation only."""

import logging
from smtplib import SMTPException
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context as allauth_context
from allauth.core.exceptions import ImmediateHttpResponse
from django.db import transaction
from django.http import HttpRequest
from django.shortcuts import redirect, render

from accounts.models import User

logger = logging.getLogger(__name__)

UNAVAILABLE = 503


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth ships no types
    """Sign-up is closed."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Nobody signs themselves up; an invitation makes the account."""
        return False

    def send_password_reset_mail(self, user: User, email: str, context: dict[str, Any]) -> None:
        """A reset is for those who have a password; who was only invited is told so.

        Otherwise a reset would let somebody in whose invitation was withdrawn.
        """
        if user.has_usable_password():
            super().send_password_reset_mail(user, email, context)
        else:
            self.send_mail("accounts/mail/not_accepted_yet", email, context)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """A mail server that is down gets a page with a sentence, the same for every address."""
        try:
            super().send_mail(template_prefix, email, context)
        except (SMTPException, OSError) as problem:
            logger.exception("Mail about an account was not sent")
            page = render(allauth_context.request, "account/mail_not_sent.html", status=UNAVAILABLE)
            raise ImmediateHttpResponse(page) from problem

    def set_password(self, user: User, password: str) -> None:
        """Write the password and nothing else, unless the person was deactivated meanwhile.

        A link from before that must not decide which password works when they may return.
        """
        with transaction.atomic():
            current: User = User.objects.select_for_update(no_key=True).get(pk=user.pk)
            if not current.is_active:
                raise ImmediateHttpResponse(redirect("account_inactive"))
            user.set_password(password)
            user.save(update_fields=["password"])
