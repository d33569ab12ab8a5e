"""From a file (按余额文件测算): a firm's own balance file becomes the inputs of a run, one a pool.

When    `cunguan safeguard --file`: a firm that does not keep its books here, or checks ours against its own
Reads   kinds of KINDS that a firm can say, and: received_today, quarter_end, revenue (amounts), statement (what the holder of
        the account, asset or cover of that name says)
Order   the file is read once, whatever its size; each client's balance is kept until the end, for he may come again
Errors  BalancesWrong: the line and what to write instead
"""

import hashlib
import re
from collections.abc import Callable
from typing import Final

from msgspec.structs import replace

from cunguan.doors.safeguarding.outcome import Inputs
from cunguan.formats.balances import Balance, BalancesWrong, Stream, read
from cunguan.policy.safeguarding.engine import Adding, Facts, Line, Record
from cunguan.policy.safeguarding.pack import Pack

#: what a firm can say of itself: the rest of KINDS is computed
SAID: Final = (
    "client", "unallocated", "unclaimed", "interest", "margin", "own", "account", "platform", "unplaced", "asset", "insurance",
    "guarantee",
)  # fmt: skip
#: amounts that are no money in the pool -> the fact they are
FACTS: Final = {
    "received_today": "received_today_minor",
    "quarter_end": "quarter_end_minor",
    "revenue": "revenue_minor",
}
#: what somebody else holds, and makes statements of
PLACES: Final = ("account", "unplaced", "asset", "insurance", "guarantee")
STATEMENT: Final = "statement"
#: only these may be below zero
SIGNED: Final = ("client", "account", "unplaced", STATEMENT)

_NUMBER: Final = re.compile(r"[0-9A-Z]{4,}(?=[0-9A-Z]{4}\b)")


class _Pool:
    """One pool of a file, while it is read."""

    def __init__(self, pack: Pack, first: Balance, facts: Facts) -> None:
        self.name, self.currency = first.pool, first.currency
        self.adding = Adding(pack.netting)
        self.facts = replace(facts, pool_class=first.pool) if first.pool in pack.place_within else facts
        self.said: set[str] = set()
        self.places: dict[str, tuple[str, int]] = {}
        self.statements: dict[str, int] = {}

    def take(self, one: Balance) -> None:
        if one.currency != self.currency:
            raise BalancesWrong(
                one.line, f"{one.currency} in pool {self.name} of {self.currency}: a pool has one currency"
            )
        if one.minor < 0 and one.kind not in SIGNED:
            raise BalancesWrong(
                one.line, f"{one.kind} is below zero; write what is owed to the pool nowhere, it never counts"
            )
        if one.kind in FACTS:
            self._once(one, one.kind)
            self.facts = replace(self.facts, **{FACTS[one.kind]: one.minor})
        elif one.kind == STATEMENT:
            self._once(one, f"{STATEMENT} {one.name}")
            self.statements[one.name] = one.minor
        elif one.kind in SAID:
            self._add(one)
        else:
            raise BalancesWrong(
                one.line, f"no kind is called {one.kind!r}; there are {', '.join((*SAID, *FACTS, STATEMENT))}"
            )

    def _add(self, one: Balance) -> None:
        if one.kind in PLACES:
            self._once(one, f"the record of {one.name or one.kind}")
            self.places[one.name] = (one.kind, one.minor)
        self.adding.add(Line(one.kind, one.name, one.minor))

    def _once(self, one: Balance, what: str) -> None:
        if what in self.said:
            raise BalancesWrong(one.line, f"{what} stands twice in pool {self.name}")
        self.said.add(what)

    def inputs(self, sha256: str) -> Inputs:
        unknown = self.statements.keys() - self.places.keys()
        if unknown:
            raise BalancesWrong(
                0, f"pool {self.name} has statements of what it has no record of: {', '.join(sorted(unknown))}"
            )
        records = tuple(
            Record(_masked(name), kind, minor, self.statements.get(name)) for name, (kind, minor) in self.places.items()
        )
        return Inputs("file", 0, "", self.name, self.currency, 0, 0, sha256, self.adding.held(), self.facts, records)


def pools_of(stream: Stream, pack: Pack, facts: Facts, ticks: Callable[[int], None]) -> list[Inputs]:
    """Return the inputs of every pool of a file; a pool that is called as a class of the pack is of that class."""
    pools: dict[str, _Pool] = {}
    hashed = _Hashed(stream)
    for one in read(hashed):
        if one.pool not in pools:
            pools[one.pool] = _Pool(pack, one, facts)
        pools[one.pool].take(one)
        ticks(one.line)
    if not pools:
        raise BalancesWrong(1, "there is no record after the header")
    sha256 = hashed.digest.hexdigest()
    for pool in pools.values():
        if pack.currency not in (None, pool.currency):
            raise BalancesWrong(0, f"pool {pool.name} is of {pool.currency}; {pack.id} is of {pack.currency}")
    return [pool.inputs(sha256) for pool in pools.values()]


class _Hashed:
    """A stream whose bytes are hashed as they are read."""

    def __init__(self, stream: Stream) -> None:
        self._stream = stream
        self.digest = hashlib.sha256()

    def readline(self, limit: int) -> bytes:
        line = self._stream.readline(limit)
        self.digest.update(line)
        return line


def _masked(name: str) -> str:
    """Return a name without the body of an account number in it.

    >>> _masked("GB29NWBK60161331926819"), _masked("Bank 1")
    ('******************6819', 'Bank 1')
    """
    return _NUMBER.sub(lambda found: "*" * len(found[0]), name)
