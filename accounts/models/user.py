"""Credentials, and nothing else."""

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.core.exceptions import ObjectDoesNotExist
from django.db import models
from django.db.models.functions import Lower


class UserQuerySet(models.QuerySet["User"]):
    """People by their state."""

    def active(self) -> "UserQuerySet":
        """People who may sign in."""
        return self.filter(is_active=True)


class UserManager(BaseUserManager.from_queryset(UserQuerySet)):  # type: ignore[misc]
    """Looks people up by e-mail whatever its case."""

    def get_by_natural_key(self, email: str | None) -> "User":
        """The person with this e-mail address; raises ``User.DoesNotExist``."""
        person: User = self.get(email__iexact=email)
        return person


class User(AbstractBaseUser):
    """How a person signs in. Who they are stands in ``Profile``, which is tracked.

    Operational, without history: a tracked user would copy the password's hash into a history
    that nobody can clean at every sign-in. Never deleted (the record names them), deactivated.
    """

    email = models.EmailField("e-mail address", unique=True)
    is_active = models.BooleanField("may sign in", default=True)
    # A system person acts for commands that nobody's name was given to; it never signs in.
    is_system = models.BooleanField(default=False)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        verbose_name = "person"
        verbose_name_plural = "people"
        constraints = [models.UniqueConstraint(Lower("email"), name="email_unique_in_any_case")]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The person's name, or the address before they have a profile."""
        try:
            return self.profile.name
        except ObjectDoesNotExist:
            return self.email

    @property
    def is_administrator(self) -> bool:
        """Whether they manage people. It carries no clinical authority."""
        try:
            return self.is_active and self.profile.is_administrator
        except ObjectDoesNotExist:
            return False

    def delete(self, *args: Any, **kwargs: Any) -> Any:
        """Refused: the record names people, so they are deactivated, never deleted."""
        from audit.errors import SideDoor

        raise SideDoor("People are deactivated, never deleted: the record names them.")

    # Rights come from roles on a product, never from Django's permission tables.
    def has_perm(self, perm: str, obj: object = None) -> bool:
        """No right comes from Django's permission tables."""
        return False

    def has_module_perms(self, app_label: str) -> bool:
        """No right comes from Django's permission tables."""
        return False
