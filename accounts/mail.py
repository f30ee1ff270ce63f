"""Mail to people, sent when the act that causes it is safely stored."""

import logging
from functools import partial
from smtplib import SMTPException

from django.core.mail import send_mail
from django.db import transaction
from django.template.loader import render_to_string

from audit.errors import Refusal

logger = logging.getLogger(__name__)


class MailNotSent(Refusal):
    """The act was saved, the mail about it was not accepted by the mail server."""


def mail_after_commit(*, to: str, subject: str, template: str, context: dict[str, object]) -> None:
    """Send a mail once the transaction under way is stored.

    Raises ``MailNotSent`` then, out of the block that commits, when the mail server refuses.
    """
    body = render_to_string(template, context)
    transaction.on_commit(partial(_send, to=to, subject=subject, body=body))


def _send(*, to: str, subject: str, body: str) -> None:
    try:
        send_mail(subject, body, None, [to])
    except (SMTPException, OSError) as error:
        logger.exception("Mail to %s was not sent", to)
        raise MailNotSent(
            f"Everything was saved, but the mail to {to} could not be sent: the mail server did "
            "not take it. Send it again later; if that fails too, tell whoever runs this site."
        ) from error
