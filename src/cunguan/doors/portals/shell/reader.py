"""Reader (读者): who reads a page: his roles, his language, his zone, and whether he wants it easy to read.

When    after a request's user is known, before the view
Does    puts `request.reader` there: Reader; switches translation and time zone for this request
"""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import cached_property
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation

from cunguan.desks.people.finding import grants_of
from cunguan.desks.people.models import RoleGrant
from cunguan.desks.people.roles import STAFF


class Who:
    """Who reads: `user` is None for somebody who has not signed in; `kind` is "" then."""

    def __init__(self, user: object) -> None:
        self.user = user if getattr(user, "is_authenticated", False) else None
        self.kind: str = getattr(self.user, "kind", "")
        self.reference: str = getattr(self.user, "reference", "")
        self.lane: int | None = getattr(self.user, "lane", None)

    @cached_property
    def grants(self) -> list[RoleGrant]:
        """The grants of his roles that count now."""
        return grants_of(self.user, datetime.now(UTC)) if self.user is not None else []  # type: ignore[arg-type]

    @cached_property
    def roles(self) -> frozenset[str]:
        """The roles he has now; a client, a regulator and an auditor have none."""
        return frozenset(one.role for one in self.grants)

    @property
    def is_staff(self) -> bool:
        """Whether he is of the custodian."""
        return self.kind == STAFF


class Reader:
    """A middleware."""

    def __init__(self, answer: Callable[[HttpRequest], HttpResponse]) -> None:
        self._answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer in the reader's language and zone."""
        request.reader = reader = Who(request.user)
        language = getattr(reader.user, "language", "")
        if language and settings.LANGUAGE_COOKIE_NAME not in request.COOKIES:
            translation.activate(language)
            request.LANGUAGE_CODE = translation.get_language()
        timezone.activate(_zone(getattr(reader.user, "time_zone", "") or request.COOKIES.get("__Host-zone", "")))
        return self._answer(request)


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name or settings.TIME_ZONE)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo(settings.TIME_ZONE)
