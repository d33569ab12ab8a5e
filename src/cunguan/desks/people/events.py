"""Events (安全事件): what happened to somebody's way in, kept for him and for the auditor; rows are only added."""

from datetime import datetime
from typing import Final

from cunguan.desks.people.models import Event, User

SIGNED_UP, SIGNED_IN, NEW_DEVICE, SIGNED_OUT, SESSIONS_ENDED = (
    "signed_up", "signed_in", "new_device", "signed_out", "sessions_ended",
)  # fmt: skip
PASSKEY_ADDED, PASSKEY_REMOVED, CODES_MADE, TOTP_ON, TOTP_OFF = (
    "passkey_added", "passkey_removed", "codes_made", "totp_on", "totp_off",
)  # fmt: skip
PASSWORD_CHANGED, RECOVERED, DISABLED, GLASS_BROKEN = "password_changed", "recovered", "disabled", "glass_broken"
RECENT: Final = 20


def record(user: User, kind: str, now: datetime, **about: str) -> None:
    """Keep an event."""
    Event.objects.create(user=user, kind=kind, at=now, about=about)


def recent(user: User) -> list[Event]:
    """Return the last events of a user, the newest first."""
    return list(Event.objects.filter(user=user).order_by("-at", "-id")[:RECENT])
