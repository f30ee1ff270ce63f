"""Mail about what waits for a person: once a day at most, of what they were not told before."""

from safetycase.reminders.mailing import is_time, people_to_look_at, send_reminders

__all__ = ["is_time", "people_to_look_at", "send_reminders"]
