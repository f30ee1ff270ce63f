"""The accounts app."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """People: sign-in, profile, invitations."""

    name = "accounts"
    verbose_name = "People"

    def ready(self) -> None:
        """Record who signs in and out."""
        from django.contrib.auth.signals import user_logged_in, user_logged_out

        from accounts.sign_ins import record_sign_in, record_sign_out

        user_logged_in.connect(record_sign_in, dispatch_uid="accounts.record_sign_in")
        user_logged_out.connect(record_sign_out, dispatch_uid="accounts.record_sign_out")
