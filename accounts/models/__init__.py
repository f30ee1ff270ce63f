"""People: credentials, the tracked profile, invitations and notifications."""

from accounts.models.invitation import Invitation
from accounts.models.notification import Notification
from accounts.models.profile import Profile
from accounts.models.user import User

__all__ = ["Invitation", "Notification", "Profile", "User"]
