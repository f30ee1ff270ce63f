"""People: credentials, the tracked profile, invitations and notifications."""

from accounts.models.invitation import Invitation
from accounts.models.notification import MailedTask, Notification
from accounts.models.profile import Profile
from accounts.models.user import User

__all__ = ["Invitation", "MailedTask", "Notification", "Profile", "User"]
