"""The accounts app."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """People: sign-in, profile, invitations."""

    name = "accounts"
    verbose_name = "People"
