"""Books (读账): what the demo shows, read from the committed rows with statements of its own; nothing is remembered.

When    a day ends (is anything on its way?), and at the end of a run
Shape   figures and lines of the trial balance as values; amounts in minor units, each on its account's own side
"""

from collections.abc import Sequence
from typing import Any, Final

import msgspec
import psycopg

from cunguan.operations.catalogue import operations

_FIGURES: Final = """
    SELECT (SELECT count(*) FROM listing WHERE lane = %(lane)s AND lent_minor > 0),
           coalesce(sum(principal_minor) FILTER (WHERE principal_minor > 0), 0),
           coalesce(-sum(principal_minor) FILTER (WHERE principal_minor < 0), 0),
           coalesce(sum(interest_minor), 0), coalesce(sum(late_minor), 0),
           (SELECT coalesce(sum(principal_minor), 0) FROM claim WHERE lane = %(lane)s),
           (SELECT coalesce(sum(balance), 0) FROM balance JOIN account USING (lane, account)
            WHERE lane = %(lane)s AND code = '2110')
    FROM claim_move WHERE lane = %(lane)s"""

_COUNTS: Final = "SELECT (SELECT coalesce(sum(head), 0) FROM lane), (SELECT count(*) FROM posting)"

_TRIAL_BALANCE: Final = """
    SELECT lane, coalesce(platform, ''), pool, a.currency, code, sum(balance)::int8, count(*)
    FROM account a JOIN balance USING (lane, account) LEFT JOIN lane_day USING (lane)
    GROUP BY 1, 2, 3, 4, 5 ORDER BY 1, 3, 4, 5"""

_CASH: Final = """
    SELECT reference, b.lane, b.pool, b.id, balance FROM bank_account b JOIN balance USING (lane, account)
    ORDER BY 2, 3, 4"""

# What must have ended before a day is closed: messages that are to leave or are leaving, runs with steps left, raises
# and holds that the custodian's timer still has to end. What a bank left in doubt may stay so.
_UNDER_WAY: Final = """
    SELECT (SELECT count(*) FROM outbox WHERE state IN ('waiting', 'sending', 'sent'))
         + (SELECT count(*) FROM run WHERE state = 'running')
         + (SELECT count(*) FROM listing JOIN lane_day d USING (lane)
            WHERE listing.state IN ('raising', 'full', 'failing')
              AND CASE listing.state WHEN 'raising' THEN raise_until WHEN 'full' THEN full_by ELSE '-infinity' END
                  < d.business_date)
         + (SELECT count(*) FROM hold JOIN lane_day d USING (lane)
            WHERE hold.state = 'open' AND purpose NOT IN ('bid', 'marketing_bid') AND release_by < d.business_date)"""

_PEOPLE: Final = """
    SELECT (SELECT count(*) FROM person WHERE lane = 0),
           (SELECT count(*) FROM (SELECT FROM person_link WHERE lane = 0 GROUP BY person HAVING count(*) > 1)),
           count(*) FILTER (WHERE role = 'lender'), count(*) FILTER (WHERE role = 'borrower'),
           (SELECT count(*) FROM listing)
    FROM holder_account"""

_KINDS: Final = """
    SELECT kind, count(*) FILTER (WHERE state = 'done'), count(*) FILTER (WHERE state = 'refused')
    FROM instruction GROUP BY kind"""

_SHORT: Final = """
    SELECT count(*) FROM listing WHERE lane = %s AND id = ANY(%s) AND repaid_minor < lent_minor"""


class Figures(msgspec.Struct, frozen=True):
    """What a lane's books say of its loans, by the claim register and the accounts."""

    loans: int
    lent_minor: int
    principal_repaid_minor: int
    interest_paid_minor: int
    late_fee_minor: int
    outstanding_minor: int
    fee_minor: int


class People(msgspec.Struct, frozen=True):
    """Who is there: persons, those with accounts in more than one lane, accounts by role; and listings."""

    persons: int
    shared: int
    lenders: int
    borrowers: int
    listings: int


class Line(msgspec.Struct, frozen=True):
    """One line of a trial balance: all accounts of one code of the chart in one pool."""

    lane: int
    platform: str
    pool: str
    currency: str
    code: str
    balance_minor: int
    accounts: int


class KindCount(msgspec.Struct, frozen=True):
    """How many instructions of a kind were done, and how many refused, in all lanes."""

    kind: str
    done: int
    refused: int


class Cash(msgspec.Struct, frozen=True):
    """What the books have in one bank account."""

    reference: str
    lane: int
    pool: str
    bank_account: str
    balance_minor: int


class BooksReader:
    """One read-only connection to the books."""

    def __init__(self, url: str) -> None:
        self._connection = psycopg.connect(url, autocommit=True, application_name="cunguan demo")
        self._connection.read_only = True

    def __enter__(self) -> "BooksReader":
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()

    def ask(self, statement: str, params: Any = None) -> list[Any]:
        """Return the rows of one statement."""
        return self._connection.execute(statement.encode(), params).fetchall()

    def figures(self, lane: int) -> Figures:
        """Return a lane's figures."""
        return Figures(*map(int, self.ask(_FIGURES, {"lane": lane})[0]))

    def counts(self) -> tuple[int, int]:
        """Return how many instructions were decided and how many postings written, in all lanes."""
        decided, postings = self.ask(_COUNTS)[0]
        return int(decided), int(postings)

    def kinds(self) -> list[KindCount]:
        """Return the counts of every kind of the catalogue, by kind; a kind nobody asked for has none."""
        found = {kind: (done, refused) for kind, done, refused in self.ask(_KINDS)}
        return [KindCount(kind, *found.get(kind, (0, 0))) for kind in sorted(operations())]

    def people(self) -> People:
        """Return who is there."""
        return People(*self.ask(_PEOPLE)[0])

    def closed_short(self, lane: int, listings: Sequence[str]) -> int:
        """Return how many of these listings were not repaid in full."""
        return int(self.ask(_SHORT, (lane, list(listings)))[0][0])

    def trial_balance(self) -> list[Line]:
        """Return the lines of all pools, by lane, pool and code."""
        return [Line(*row) for row in self.ask(_TRIAL_BALANCE)]

    def cash(self) -> list[Cash]:
        """Return each bank account's 1010."""
        return [Cash(*row) for row in self.ask(_CASH)]

    def under_way(self) -> int:
        """Return how much still has to end before the day may be closed."""
        return int(self.ask(_UNDER_WAY)[0][0])
