"""People: credentials, the tracked profile, and invitations."""

from accounts.models.invitation import Invitation
from accounts.models.profile import Profile
from accounts.models.user import User

__all__ = ["Invitation", "Profile", "User"]
