"""Mine (本人账户): the accounts of the client who reads, over all platforms, and one of them by its number.

When    any page of this portal
Reads   his person reference, by the index of persons in each lane of his wall; somebody else's account is no page
Shape   Mine: one holder account with its five balances; `total_minor` is all that is his there
Units   minor units of the pool's currency
"""

from datetime import date
from typing import Final

import msgspec
from django.http import Http404, HttpRequest

from cunguan.doors.portals.client import words
from cunguan.doors.portals.shell import reading

#: the five accounts, in the order of their numbers
BUCKETS: Final = ("available", "uncleared", "held", "outbound", "frozen")
#: states in which an account is over
ENDED: Final = frozenset({"closed", "refused"})


class Mine(msgspec.Struct, frozen=True):
    """One of the reader's accounts; `base` is its number, the first of five."""

    lane: int
    holder: str
    base: int
    role: str
    kind: str
    state: str
    pool: str
    currency: str
    platform: str
    pack: str
    is_sandbox: bool
    business_date: date
    available: int
    uncleared: int
    held: int
    outbound: int
    frozen: int
    key_id: str

    @property
    def total_minor(self) -> int:
        """All that is his in this account."""
        return self.available + self.uncleared + self.held + self.outbound + self.frozen

    @property
    def key(self) -> str:
        """How an address names it."""
        return f"{self.lane}-{self.base}"

    @property
    def role_word(self) -> str:
        """What his role is called."""
        return words.of(words.ROLES, self.role)

    @property
    def state_word(self) -> str:
        """What its state is called."""
        return words.of(words.STATES, self.state)

    @property
    def is_open(self) -> bool:
        """Whether it is not over."""
        return self.state not in ENDED


def accounts(request: HttpRequest) -> list[Mine]:
    """Return the reader's accounts; read once a request."""
    kept: list[Mine] | None = getattr(request, "_mine", None)
    if kept is None:
        reference = request.reader.reference
        kept = reading.typed(Mine, "client_accounts", {"person": reference})
        request._mine = kept
    return kept


def account(request: HttpRequest, lane: int, base: int) -> Mine:
    """Return one of the reader's accounts; anybody else's is no page."""
    for one in accounts(request):
        if (one.lane, one.base) == (lane, base):
            return one
    raise Http404


def chosen(request: HttpRequest) -> Mine | None:
    """Return the account a page is asked for (?account=1-105), the first without a choice, None where he has none."""
    wanted = request.GET.get("account", "")
    if not wanted:
        every = accounts(request)
        return next((one for one in every if one.is_open), every[0] if every else None)
    lane, _, base = wanted.partition("-")
    if not (lane.isascii() and lane.isdigit() and base.isascii() and base.isdigit() and len(base) < 19):
        raise Http404
    return account(request, int(lane), int(base))
