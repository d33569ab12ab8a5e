"""Queues (待办队列): what waits for a person, how many, since when, and where he goes on.

When    the first page, and again every half minute while it is open
Reads   one statement for all of them, counts up to 100
Shape   QUEUES is the order of the page: what stops money first
"""

from datetime import UTC, date, datetime
from typing import Any, Final

import msgspec
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_noop as _

from cunguan.doors.portals.shell.reading import rows

MOST: Final = 100


class Queue(msgspec.Struct, frozen=True):
    """A queue: its words, its next act, and the address with its arguments where that is done."""

    name: str
    label: str
    act: str
    url: str
    args: tuple[str, ...]
    icon: str
    query: str = ""


class Waiting(msgspec.Struct, frozen=True):
    """A queue as it stands: `count` is 100 where there are more."""

    queue: Queue
    count: int
    since: date | None
    href: str

    @property
    def is_full(self) -> bool:
        """Whether there may be more than are counted."""
        return self.count >= MOST


def _list(name: str, label: str, act: str, icon: str) -> Queue:
    return Queue(name, label, act, "custodian:list", (name,), icon)


QUEUES: Final = (
    Queue("approvals", _("Approvals"), _("Read and sign"), "custodian:approvals", (), "checklist"),
    _list("breaks", _("Breaks"), _("Take one and explain it"), "scale"),
    _list("in-doubt", _("Payments in doubt"), _("Ask the bank again"), "help-circle"),
    _list("quarantine", _("Quarantined instructions"), _("See what went wrong"), "alert-triangle"),
    _list("log-waits", _("Payments waiting for the log"), _("See what the log lacks"), "clock"),
    _list("suspense", _("Suspense"), _("Find the owner, or send it back"), "inbox"),
    _list("returns", _("Returned payments"), _("Give it back to its client"), "repeat"),
    _list("shortfalls", _("Shortfalls"), _("Have the firm make it good"), "report-money"),
    _list("statements", _("Statements missing"), _("Ask the bank for it"), "file-text"),
    _list("check-files", _("Check files not confirmed"), _("Ask the platform"), "receipt"),
    _list("reviews", _("Openings to review"), _("Read the documents"), "building"),
    _list("cards", _("Cards to review"), _("Look at the binding"), "credit-card"),
    Queue(
        "parties-review",
        _("Clients and companies to decide about"),
        _("Read the file"),
        "custodian:parties",
        (),
        "user-check",
        "state=in_review",
    ),
    Queue(
        "owners-review",
        _("Beneficial owners to decide about"),
        _("Read the file"),
        "custodian:parties",
        (),
        "users",
        "kind=owner&state=in_review",
    ),
    Queue(
        "platforms-review", _("Platforms to decide about"), _("Read the report"), "custodian:platforms", (), "building"
    ),
    Queue(
        "parties-due", _("Identities to check again"), _("Check them again"), "custodian:parties_due", (), "calendar"
    ),
    Queue(
        "notices-failed",
        _("Notices that were given up"),
        _("See why, and send them again"),
        "custodian:notices",
        (),
        "message-report",
    ),
    Queue(
        "notices-waiting",
        _("Notices that wait to go out"),
        _("See whether the gateway answers"),
        "custodian:notices",
        (),
        "bell",
    ),
    _list("jobs", _("Jobs that failed"), _("See which one"), "settings"),
)

#: queues that age by business dates
BY_DATE: Final = frozenset(
    {"breaks", "suspense", "returns", "cards", "check-files", "statements", "shortfalls", "parties-due"}
)

#: queues whose pages show who somebody is: for staff alone
OF_STAFF: Final = frozenset({"parties-review", "owners-review", "platforms-review", "parties-due"})


def waiting(user: object, now: datetime, *, is_staff: bool = True) -> list[Waiting]:
    """Return every queue as it stands; what only staff may open leads others nowhere."""
    found = {
        row["name"]: (row["waiting"], row["since"]) for row in rows("console_queues", {"user": str(user), "now": now})
    }
    return [Waiting(one, *_as_of(one, *found.get(one.name, (0, None))), _href(one, is_staff)) for one in QUEUES]


def _as_of(one: Queue, count: int, since: datetime | None) -> tuple[int, date | None]:
    """Return a queue's figures; of what ages by business dates the oldest is a date, not an instant."""
    return count, since.astimezone(UTC).date() if since is not None and one.name in BY_DATE else since


def _href(one: Queue, is_staff: bool) -> str:
    if one.name in OF_STAFF and not is_staff:
        return ""
    try:
        return reverse(one.url, args=one.args) + (f"?{one.query}" if one.query else "")
    except NoReverseMatch:
        return ""


def has_work(found: list[Any]) -> bool:
    """Return whether anything waits."""
    return any(one.count for one in found)
