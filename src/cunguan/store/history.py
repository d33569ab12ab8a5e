"""History (历史查询): balances, statements, journals and claims as they stood after any sequence.

When    a door or a desk asks; the plane goes on writing. The role only reads
Reads   append-only rows and columns that never change, so that the answer for a sequence is the same for ever (S-25)
Shape   each call is one statement in its own short transaction, at most STATEMENT; a sequence stands for a moment: `seq_at`
        and `seq_on` turn an instant or a business date into the last sequence of it
Units   minor units, on the account's own side; sequences from 1, 0 is before everything
Errors  psycopg.Error: the database said no, or a statement took longer than it may
Source  design/lanes.md 16 and 21; invariant 33
"""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any, NamedTuple, TypeVar

import msgspec
import psycopg

from cunguan.kernel.canonical import key16
from cunguan.store.sqlfiles import statement

STATEMENT = "5s"
PAGE_LINES = 50
ACCOUNTS_AT_ONCE = 2_000
SEQUENCES_AT_ONCE = 5_000

#: what stands before the first posting of an account
NOTHING = 0

T = TypeVar("T", bound=msgspec.Struct)


class LaneSeen(msgspec.Struct, frozen=True):
    """A lane that was opened."""

    lane: int
    platform: str
    head: int
    business_date: date


class Account(msgspec.Struct, frozen=True):
    """One account of the chart."""

    account: int
    code: str
    owner: str
    pool: str
    currency: str


class Place(NamedTuple):
    """Where a posting stands: a cursor through a statement."""

    seq: int
    line: int


class Last(msgspec.Struct, frozen=True):
    """The last posting of an account up to a sequence, and the balance after it."""

    seq: int
    line: int
    balance_minor: int


class Line(msgspec.Struct, frozen=True):
    """One line of a statement."""

    seq: int
    line: int
    at: datetime
    business_date: date
    value_date: date | None  # of a correction: the day it is about
    template: str
    kind: str
    instruction: str
    counter_account: int
    counter_code: str
    counter_owner: str
    is_debit: bool
    amount_minor: int
    balance_minor: int

    @property
    def place(self) -> Place:
        """Return the cursor that goes on after this line."""
        return Place(self.seq, self.line)


class CodeBalance(msgspec.Struct, frozen=True):
    """All accounts of one code in one pool that were ever posted to."""

    pool: str
    currency: str
    code: str
    accounts: int
    balance_minor: int


class CodeSums(msgspec.Struct, frozen=True):
    """What was debited and credited to one code in one pool, for one value date (None: the day itself)."""

    pool: str
    currency: str
    code: str
    value_date: date | None
    debit_minor: int
    credit_minor: int
    postings: int


class Decided(msgspec.Struct, frozen=True):
    """An instruction with its answer, the batch it was decided in, and its journal's template if it posted."""

    seq: int
    id: str
    kind: str
    version: int
    state: str
    code: int
    why: str
    body: bytes
    detail: bytes
    batch_first: int
    batch_last: int
    at: datetime
    business_date: date
    code_version: str
    pack: str
    pack_version: int
    rule_set_hash: str
    template: str
    value_date: date | None


class Posted(msgspec.Struct, frozen=True):
    """One posting with both accounts; `authority` and `opened` are sequences of this lane."""

    line: int
    debit_account: int
    debit_code: str
    debit_owner: str
    credit_account: int
    credit_code: str
    credit_owner: str
    amount_minor: int
    debit_after_minor: int
    credit_after_minor: int
    authority: int | None
    opened: int | None


class Authority(msgspec.Struct, frozen=True):
    """What was confirmed, and the evidence of it."""

    seq: int
    instruction: str
    kind: str
    owner: str
    type: str
    amount_minor: int
    payee: str
    listing: str
    until: str
    evidence_kind: str
    key_id: str
    canonical: bytes
    challenge: bytes
    public_key: bytes
    evidence: bytes


class StateMove(msgspec.Struct, frozen=True):
    """One move of a state machine."""

    machine: str
    subject: str
    event: str
    state: str


class ClaimMoved(msgspec.Struct, frozen=True):
    """One move of the claim register."""

    claim: str
    listing: str
    holder: str
    principal_minor: int
    interest_minor: int
    late_minor: int
    recourse_interest_minor: int
    recourse_late_minor: int

    @property
    def recourse_minor(self) -> int:
        """Return interest and late charge that a guarantor paid and the borrower owes him."""
        return self.recourse_interest_minor + self.recourse_late_minor


class ListingThen(msgspec.Struct, frozen=True):
    """A listing as it was registered, and its state then."""

    id: str
    pool: str
    borrower: str
    amount_minor: int
    rate_e6: int
    rule: str
    months: int
    raise_until: date
    seq: int
    state: str


class ClaimThen(msgspec.Struct, frozen=True):
    """A claim: what it began with, what of it is left, what it was paid beside, what a guarantor may ask beside."""

    claim: str
    holder: str
    seq: int
    lent_minor: int
    principal_minor: int
    interest_minor: int
    late_minor: int
    recourse_interest_minor: int
    recourse_late_minor: int

    @property
    def recourse_minor(self) -> int:
        """Return interest and late charge that a guarantor paid and the borrower owes him."""
        return self.recourse_interest_minor + self.recourse_late_minor


class ClaimOf(msgspec.Struct, frozen=True):
    """A claim of one holder."""

    claim: str
    listing: str
    seq: int
    lent_minor: int
    principal_minor: int
    interest_minor: int
    late_minor: int
    recourse_interest_minor: int
    recourse_late_minor: int

    @property
    def recourse_minor(self) -> int:
        """Return interest and late charge that a guarantor paid and the borrower owes him."""
        return self.recourse_interest_minor + self.recourse_late_minor


class PlanMove(msgspec.Struct, frozen=True):
    """A row of the plan, and one move of it (None: it had none yet)."""

    number: int
    due_date: date
    principal_minor: int
    interest_minor: int
    seq: int | None
    event: str | None
    state: str | None


class Paid(msgspec.Struct, frozen=True):
    """What one journal paid on a row of a plan; recourse is what a guarantor got back of his own."""

    seq: int
    kind: str
    number: int
    principal_minor: int
    interest_minor: int
    late_minor: int
    recourse_interest_minor: int
    recourse_late_minor: int


class HolderSeen(msgspec.Struct, frozen=True):
    """A holder account, by what never changes of it."""

    id: str
    person: str
    pool: str
    currency: str
    role: str
    kind: str
    base: int


class SetAside(msgspec.Struct, frozen=True):
    """Money that one instruction set aside and that was neither captured nor released yet."""

    seq: int
    instruction: str | None
    kind: str | None
    listing: str | None
    amount_minor: int


class OnBehalf(msgspec.Struct, frozen=True):
    """What another paid to the creditors of a borrower's listing."""

    seq: int
    business_date: date
    kind: str
    instruction: str
    listing: str
    principal_minor: int
    interest_minor: int
    late_minor: int


class History:
    """One read-only connection."""

    def __init__(self, url: str) -> None:
        self._connection = psycopg.connect(url, autocommit=True, application_name="cunguan history")
        self._connection.execute("SET default_transaction_read_only = on")
        # The same statement for every account, planned once: its form leaves the planner no other way than the index.
        self._connection.prepare_threshold = 1
        self._connection.execute("SELECT set_config('statement_timeout', %s, false)", (STATEMENT,))
        self._connection.execute("SET plan_cache_mode = force_generic_plan")

    def __enter__(self) -> "History":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()

    def ask(self, name: str, **params: object) -> list[Any]:
        """Return the rows of a named statement of store/sql."""
        return self._connection.execute(statement(name), params, binary=True).fetchall()

    def count(self, text: str, **params: object) -> list[Any]:
        """Return the rows of a statement that a caller in this package made for one table."""
        return self._connection.execute(text.encode(), params, binary=True).fetchall()

    def _all(self, shape: type[T], name: str, **params: object) -> list[T]:
        return [shape(*row) for row in self.ask(name, **params)]

    def _one(self, shape: type[T], name: str, **params: object) -> T | None:
        return next(iter(self._all(shape, name, **params)), None)

    # ── moments ──────────────────────────────────────────────────────────────
    def lanes(self) -> list[LaneSeen]:
        """Return the lanes that were opened."""
        return self._all(LaneSeen, "history_lanes")

    def seq_at(self, lane: int, at: datetime) -> int:
        """Return the last sequence that was decided at an instant or before it; 0 before the first."""
        return _only(self.ask("history_seq_at", lane=lane, at=at))

    def seq_on(self, lane: int, day: date) -> int:
        """Return the last sequence of a business date or of one before it; 0 before the first."""
        return _only(self.ask("history_seq_on", lane=lane, day=day))

    def seq_of(self, lane: int, instruction: str) -> int:
        """Return the sequence of an id; 0 when it was never decided."""
        return _only(self.ask("history_key", lane=lane, key=key16(instruction)))

    # ── accounts ─────────────────────────────────────────────────────────────
    def account(self, lane: int, number: int) -> Account | None:
        """Return an account by its number."""
        return self._one(Account, "history_account", lane=lane, account=number)

    def named(self, lane: int, owner: str, code: str) -> list[Account]:
        """Return the accounts of a code that an owner has, or that a pool has at its banks and channels."""
        return self._all(Account, "history_named", lane=lane, owner=owner, code=code)

    def last(self, lane: int, account: int, seq: int) -> Last | None:
        """Return the last posting of an account up to a sequence; None when there is none."""
        return self._one(Last, "history_last", lane=lane, account=account, seq=seq)

    def balance(self, lane: int, account: int, seq: int) -> int:
        """Return the balance of an account as of a sequence."""
        last = self.last(lane, account, seq)
        return NOTHING if last is None else last.balance_minor

    def lines(self, lane: int, account: int, after: Place, upto: int, limit: int = PAGE_LINES) -> list[Line]:
        """Return the next lines of an account after a place, up to a sequence."""
        return self._all(
            Line, "history_lines", lane=lane, account=account, seq=after.seq, line=after.line, upto=upto, limit=limit
        )

    def all_lines(self, lane: int, account: int, after: Place, upto: int) -> Iterator[Line]:
        """Yield every line after a place, page by page."""
        while page := self.lines(lane, account, after, upto, 1_000):
            yield from page
            after = page[-1].place

    # ── pools ────────────────────────────────────────────────────────────────
    def trial_balance(self, lane: int, seq: int) -> list[CodeBalance]:
        """Return the balances by pool, currency and code as of a sequence; accounts never posted to are left out."""
        sums: dict[tuple[str, str, str], list[int]] = {}
        after, read = -(2**62), ACCOUNTS_AT_ONCE
        while read == ACCOUNTS_AT_ONCE:
            rows = self.ask("history_trial", lane=lane, after=after, limit=ACCOUNTS_AT_ONCE, seq=seq)
            for pool, currency, code, accounts, balance, last, count in rows:
                if code is None:
                    after, read = last, count
                elif accounts:
                    of = sums.setdefault((pool, currency, code), [0, 0])
                    of[0] += accounts
                    of[1] += balance
        return [CodeBalance(*place, *of) for place, of in sorted(sums.items())]

    def sums(self, lane: int, first: int, last: int) -> list[CodeSums]:
        """Return debits and credits of a range of sequences, by pool, currency, code and value date."""
        sums: dict[Any, list[int]] = {}
        for begin in range(first, last + 1, SEQUENCES_AT_ONCE):
            upto = min(begin + SEQUENCES_AT_ONCE - 1, last)
            for *place, debit, credit, count in self.ask("history_sums", lane=lane, first=begin, last=upto):
                of = sums.setdefault(tuple(place), [0, 0, 0])
                for n, more in enumerate((debit, credit, count)):
                    of[n] += more
        return [CodeSums(*place, *of) for place, of in sorted(sums.items(), key=_by_place)]

    # ── journals ─────────────────────────────────────────────────────────────
    def decided(self, lane: int, seq: int) -> Decided | None:
        """Return an instruction by its sequence."""
        return self._one(Decided, "history_instruction", lane=lane, seq=seq)

    def postings(self, lane: int, seq: int) -> list[Posted]:
        """Return what an instruction posted."""
        return self._all(Posted, "history_postings", lane=lane, seq=seq)

    def authorities(self, lane: int, seqs: list[int]) -> list[Authority]:
        """Return authorities by the sequences of the instructions that brought them."""
        return self._all(Authority, "history_authorities", lane=lane, seqs=seqs)

    def state_moves(self, lane: int, seq: int) -> list[StateMove]:
        """Return what an instruction did to states."""
        return self._all(StateMove, "history_moves", lane=lane, seq=seq)

    def claim_moves(self, lane: int, seq: int) -> list[ClaimMoved]:
        """Return what an instruction did to the claim register."""
        return self._all(ClaimMoved, "history_claim_moves", lane=lane, seq=seq)

    # ── loans ────────────────────────────────────────────────────────────────
    def listing(self, lane: int, listing: str, seq: int) -> ListingThen | None:
        """Return a listing as of a sequence; None when it was not registered then."""
        return self._one(ListingThen, "history_listing", lane=lane, listing=listing, seq=seq)

    def claims(self, lane: int, listing: str, seq: int) -> list[ClaimThen]:
        """Return the claims of a listing as of a sequence."""
        return self._all(ClaimThen, "history_claims", lane=lane, listing=listing, seq=seq)

    def claims_of(self, lane: int, holder: str, seq: int) -> list[ClaimOf]:
        """Return the claims of a holder as of a sequence."""
        return self._all(ClaimOf, "history_claims_of", lane=lane, holder=holder, seq=seq)

    def plan_moves(self, lane: int, listing: str, seq: int) -> list[PlanMove]:
        """Return the plan rows of a listing, each with its moves up to a sequence."""
        return self._all(PlanMove, "history_plan", lane=lane, listing=listing, seq=seq)

    def paid(self, lane: int, listing: str, seq: int) -> list[Paid]:
        """Return what was paid on a listing's plan, journal by journal."""
        return self._all(Paid, "history_paid", lane=lane, listing=listing, seq=seq)

    # ── holders ──────────────────────────────────────────────────────────────
    def holder(self, lane: int, holder: str) -> HolderSeen | None:
        """Return a holder account."""
        return self._one(HolderSeen, "history_holder", lane=lane, holder=holder)

    def set_aside(self, lane: int, account: int, seq: int) -> list[SetAside]:
        """Return what stands open on a held, outbound or uncleared account as of a sequence."""
        return self._all(SetAside, "history_set_aside", lane=lane, account=account, seq=seq)

    def on_behalf(self, lane: int, holder: str, first: int, last: int) -> list[OnBehalf]:
        """Return what others paid to the creditors of a borrower's listings in a range of sequences."""
        return self._all(OnBehalf, "history_on_behalf", lane=lane, holder=holder, first=first, last=last)


def _only(rows: list[Any]) -> int:
    return int(rows[0][0]) if rows else 0


def _by_place(item: tuple[Any, list[int]]) -> tuple[Any, ...]:
    pool, currency, code, value_date = item[0]
    return pool, currency, code, value_date or date.min
