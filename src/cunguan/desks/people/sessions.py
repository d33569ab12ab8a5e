"""Sessions (会话): who is signed in where; Django's session engine of this house (SESSION_ENGINE).

When    each request of a browser that has a cookie of ours; a user looks at his sessions and ends them
Shape   what the browser holds is 256 random bits; the table has their SHA-256, so a read database opens nothing
        a session ends IDLE after it was last seen and ABSOLUTE after its sign-in, whatever the cookie says
        `seen_at` is written at most every SEEN: a page that reads needs no write, and a session ends SEEN too early at worst
        Before somebody has signed in a session holds a challenge and nothing else; it ends by the same clock
Rotates at sign-in (Django's login) and at a step-up (`rotate`): who has seen the id before has nothing after
Errors  UpdateError: the session was ended meanwhile, by another device or by staff; what this request kept is dropped
Source  OWASP session management; transparency.md part 6; docs/adr/0047
"""

import secrets
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, Final

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.base import CreateError, SessionBase, UpdateError
from django.db import IntegrityError, router, transaction
from django.http import HttpRequest

from cunguan.desks.people import clock
from cunguan.desks.people.models import Session, User

IDLE: Final = timedelta(minutes=15)
ABSOLUTE: Final = timedelta(hours=8)
SEEN: Final = timedelta(seconds=30)
SWEPT: Final = 20
#: what a session's row tells beside its data
STRENGTH, ADDRESS, AGENT = "strength", "address", "agent"
PASSKEY, TOTP, RECOVERY = "passkey", "totp", "recovery_codes"


class SessionStore(SessionBase):
    """One session."""

    def __init__(self, session_key: str | None = None) -> None:
        super().__init__(session_key)
        self._began: datetime | None = None

    def _get_new_session_key(self) -> str:
        return secrets.token_urlsafe(32)

    def load(self) -> dict[str, Any]:
        """Return what a session holds; a session that is unknown or over holds nothing, and its id is not taken over."""
        found = Session.objects.filter(id=hashed(self.session_key)).first() if self.session_key else None
        if found is None or is_over(found, clock.now()):
            if found is not None:
                found.delete()
            self._session_key = None
            return {}
        self._began = found.began_at
        _seen(found)
        return self.decode(found.data)

    def exists(self, session_key: str) -> bool:
        """Return whether there is a session of this id."""
        return Session.objects.filter(id=hashed(session_key)).exists()

    def create(self) -> None:
        """Begin a session under an id of our own, and sweep out a few that are over."""
        self._session_key, self._began = self._get_new_session_key(), clock.now()
        self.save(must_create=True)
        self.modified = True
        sweep(clock.now())

    def save(self, must_create: bool = False) -> None:
        """Write a session down."""
        if self.session_key is None:
            return self.create()
        data = self._get_session(no_load=must_create)
        row = {**_columns(data), "data": self.encode(data), "began_at": self._began or clock.now()}
        if must_create:
            try:
                with transaction.atomic(using=router.db_for_write(Session)):
                    Session.objects.create(id=hashed(self.session_key), seen_at=clock.now(), **row)
            except IntegrityError:
                raise CreateError from None
        elif not Session.objects.filter(id=hashed(self.session_key)).update(**row):
            raise UpdateError

    def delete(self, session_key: str | None = None) -> None:
        """End a session."""
        if key := session_key or self.session_key:
            Session.objects.filter(id=hashed(key)).delete()

    def cycle_key(self) -> None:
        """Go on under a new id; the hours that have passed since the sign-in stay."""
        data, old, began = self._session, self.session_key, self._began
        self.create()
        self._session_cache, self._began = data, began or self._began
        if old:
            self.delete(old)

    def begin(self) -> None:
        """Count the hours from now: somebody has signed in."""
        self._began, self.modified = clock.now(), True

    @classmethod
    def clear_expired(cls) -> None:
        """End what is over."""
        sweep(clock.now(), limit=None)


def hashed(key: str | None) -> str:
    """Return what stands in the table for what a browser holds."""
    return sha256((key or "").encode()).hexdigest()


def is_over(row: Session, now: datetime) -> bool:
    """Return whether a session has ended by itself."""
    return now - row.seen_at >= IDLE or now - row.began_at >= ABSOLUTE


def _seen(row: Session) -> None:
    now = clock.now()
    if now - row.seen_at >= SEEN:
        Session.objects.filter(id=row.id).update(seen_at=now)


def _columns(data: Mapping[str, Any]) -> dict[str, Any]:
    told = {name: str(data.get(name, "")) for name in (STRENGTH, ADDRESS, AGENT)}
    return {"user_id": data.get(SESSION_KEY), **told}


def sweep(now: datetime, limit: int | None = SWEPT) -> None:
    """Take away sessions that are over, a few at a time."""
    over = Session.objects.filter(seen_at__lt=now - IDLE).values_list("id", flat=True)
    Session.objects.filter(id__in=list(over if limit is None else over[:limit])).delete()


# ── what users and staff do with them ────────────────────────────────────────
def rotate(request: HttpRequest) -> None:
    """Give this session a new id: its rights have grown."""
    request.session.cycle_key()


def of_user(user: User, now: datetime) -> list[Session]:
    """Return the sessions of a user that are not over, the last seen first."""
    found = Session.objects.filter(user=user, seen_at__gt=now - IDLE, began_at__gt=now - ABSOLUTE)
    return list(found.order_by("-seen_at"))


def end(user: User, ids: Iterable[str]) -> int:
    """End some sessions of a user, by their ids in the table; return how many."""
    return Session.objects.filter(user=user, id__in=list(ids)).delete()[0]


def end_all(user: User, but: str | None = None) -> int:
    """End all sessions of a user, except that of the browser which holds `but`; return how many."""
    found = Session.objects.filter(user=user)
    return (found.exclude(id=hashed(but)) if but else found).delete()[0]
