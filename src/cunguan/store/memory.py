"""Store in memory: the twin of the PostgreSQL store, in dictionaries, under the same suite of tests.

When    scenarios, properties, the simulator and what-if runs
Reads   what was written; nothing survives the process
Errors  Fenced and Refused as the PostgreSQL store raises them, by the same constraints
Source  design/lanes.md rules 3, 15-17
"""

from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import date
from threading import RLock
from typing import Any

from msgspec.structs import replace

from cunguan.kernel import rows
from cunguan.kernel.canonical import key16
from cunguan.kernel.rows import Account, Posted, Row
from cunguan.store.batch import Batch, Entry, Fenced, Head, Refused, Stored


class MemoryStore:
    """Lanes, rows, balances and journals of one process."""

    def __init__(self) -> None:
        self.heads: dict[int, Head] = {}
        self.tables: dict[tuple[int, type[Row]], dict[str, Row]] = defaultdict(dict)
        self.balance: dict[int, dict[int, tuple[int, int]]] = defaultdict(dict)
        self.account: dict[int, dict[int, Account]] = defaultdict(dict)
        self.entries: dict[int, list[Entry]] = defaultdict(list)
        self.keys: dict[tuple[int, bytes], Entry] = {}
        self.batches: list[Batch] = []
        self._lock = RLock()

    # ── reading ──────────────────────────────────────────────────────────────
    def head(self, lane: int) -> Head:
        """Return the lane's head; a lane begins at sequence 0 with token 0."""
        return self.heads.setdefault(lane, Head(lane, 0, 0, None))

    def lanes(self) -> list[int]:
        """Return the lanes that were ever written."""
        return sorted(self.heads)

    def rows(self, lane: int, kind: type[Row], ids: list[str]) -> list[Row]:
        """Return the rows that exist."""
        table = self.tables[(lane, kind)]
        return [table[row_id] for row_id in ids if row_id in table]

    def all(self, lane: int, kind: type[Row]) -> list[Row]:
        """Return every row of a kind, by id."""
        table = self.tables[(lane, kind)]
        return [table[row_id] for row_id in sorted(table)]

    def index(self, lane: int, kind: type[Row], field: str, values: Sequence[str | date]) -> list[Row]:
        """Return all rows whose field has one of the values."""
        wanted = set(values)
        return [row for row in self.tables[(lane, kind)].values() if getattr(row, field) in wanted]

    def under_order(self, lane: int) -> list[tuple[str, int]]:
        """Return the holders whose next credit goes to a legal order, with the first of their accounts."""
        return [(row.id, row.base) for row in self.all(lane, rows.Holder) if row.waiting_orders > 0]  # type: ignore[attr-defined]  # holders

    def balances(self, lane: int, accounts: list[int]) -> dict[int, int]:
        """Return the balances of accounts that exist."""
        known = self.balance[lane]
        return {account: known[account][0] for account in accounts if account in known}

    def posted(self, lane: int, ids: Sequence[str]) -> dict[str, tuple[Posted, ...]]:
        """Return the committed postings of instructions, in the order of their lines."""
        found = {name: self.keys.get((lane, key16(name))) for name in ids}
        return {name: self._posted(lane, entry) for name, entry in found.items() if entry and entry.decision.postings}

    def _posted(self, lane: int, entry: Entry) -> tuple[Posted, ...]:
        day = next(b.business_date for b in self.batches if b.lane == lane and b.first_seq <= entry.seq <= b.last_seq)
        return tuple(
            Posted(entry.seq, line, day, p.debit, p.credit, p.amount_minor, p.opened)
            for line, p in enumerate(entry.decision.postings)
        )

    def seen(self, lane: int, keys: list[bytes]) -> dict[bytes, Stored]:
        """Return what is stored under ids."""
        found = ((key, self.keys.get((lane, key))) for key in keys)
        return {key: entry.stored() for key, entry in found if entry is not None}

    # ── writing ──────────────────────────────────────────────────────────────
    def take(self, lane: int) -> Head:
        """Take a lane over: raise its fence token, so that an older writer's next batch is refused."""
        with self._lock:
            old = self.head(lane)
            head = self.heads[lane] = replace(old, token=old.token + 1)
            return head

    def write(self, batch: Batch) -> None:
        """Write a batch whole, or raise and write nothing."""
        with self._lock:
            head = self.head(batch.lane)
            if batch.token != head.token or batch.first_seq != head.head + 1:
                raise Fenced(f"lane {batch.lane}: token {batch.token} at {batch.first_seq}, the lane is at {head}")
            self._check(batch)
            self._store(batch)

    def _check(self, batch: Batch) -> None:
        ids: set[bytes] = set()
        for entry in batch.entries:
            if (batch.lane, entry.key16) in self.keys or entry.key16 in ids:
                raise Refused(f"instruction_id_is_used_once: {entry.id} is there already")
            ids.add(entry.key16)
        for (kind, row_id), row in batch.adds.items():
            if row_id in self.tables[(batch.lane, kind)]:
                raise Refused(f"{kind.__name__} {row_id} is there already")
            _check_row(row)
        for (kind, row_id), row in batch.changes.items():
            if row_id not in self.tables[(batch.lane, kind)]:
                raise Refused(f"{kind.__name__} {row_id} is not there")
            _check_row(row)
        opened = {account.account for account in batch.accounts}
        if len(opened) < len(batch.accounts) or not opened.isdisjoint(self.account[batch.lane]):
            raise Refused("account_is_there_once")
        for account, (balance, _) in batch.balances.items():
            if account not in opened and account not in self.balance[batch.lane]:
                raise Refused(f"account {account} is not in lane {batch.lane}")
            if balance < 0:
                raise Refused(f"balance_is_not_below_its_floor: {account} {balance}")

    def _store(self, batch: Batch) -> None:
        lane = batch.lane
        for account in batch.accounts:
            self.account[lane][account.account] = account
            self.balance[lane][account.account] = (0, batch.first_seq)
        self.balance[lane].update(batch.balances)
        for (kind, row_id), row in (*batch.adds.items(), *batch.changes.items()):
            self.tables[(lane, kind)][row_id] = row
        for entry in batch.entries:
            self.entries[lane].append(entry)
            self.keys[(lane, entry.key16)] = entry
        self.batches.append(batch)
        self.heads[lane] = replace(self.head(lane), head=batch.last_seq, at=batch.at)


def _check_row(row: Row) -> None:
    constraint = _CONSTRAINTS.get(type(row))
    if constraint is not None and not constraint[1](row):
        raise Refused(f"{constraint[0]}: {row.id}")


#: the constraints of store/schema, by the same names
_CONSTRAINTS: dict[type[Row], tuple[str, Callable[[Any], bool]]] = {
    rows.BankAccount: ("bank_account_is_an_asset", lambda row: row.account < 0),
    rows.Clearing:    ("clearing_is_an_asset", lambda row: row.account < 0),
    rows.Exposure:    ("exposure_is_not_negative", lambda row: row.reserved_minor >= 0),
    rows.Reservation: ("reservation_is_not_negative", lambda row: row.amount_minor >= 0),
    rows.Mandate:     ("mandate_is_used_within_its_cap", lambda row: 0 <= row.used_minor <= row.cap_minor),
    rows.Deposit:     ("deposit_amount_is_positive", lambda row: row.amount_minor > 0),
    rows.Withdrawal:  ("withdrawal_amount_is_positive", lambda row: row.amount_minor > 0 and row.fee_minor >= 0),
    rows.Hold:        ("hold_is_never_used_twice", lambda row: row.amount_minor > 0 and
                       min(row.captured_minor, row.released_minor, row.remaining_minor) >= 0),
    rows.Listing:     ("listing_is_never_oversubscribed", lambda row: min(row.held_minor, row.lent_minor) >= 0 and
                       row.held_minor + row.lent_minor <= row.amount_minor and 0 <= row.repaid_minor <= row.lent_minor),
    rows.PlanRow:     ("plan_row_is_never_overpaid", lambda row: 0 <= row.paid_principal_minor <= row.principal_minor and
                       0 <= row.paid_interest_minor <= row.interest_minor and row.paid_late_minor >= 0),
    rows.Claim:       ("claim_is_never_negative", lambda row:
                       min(row.principal_minor, row.interest_minor, row.late_minor) >= 0),
    rows.LegalOrder:  ("legal_order_is_filled_within_its_amount", lambda row: 0 <= row.lifted_minor <= row.amount_minor
                       and 0 <= row.taken_minor <= row.filled_minor <= row.amount_minor),
    rows.OrderShare:  ("order_share_is_not_negative", lambda row:
                       min(row.limit_minor, row.filled_minor, row.taking_minor, row.taken_minor) >= 0),
    rows.OrderHere:   ("order_here_is_not_negative", lambda row: row.taking_minor + row.taken_minor <= row.frozen_minor
                       and min(row.limit_minor, row.taking_minor, row.taken_minor, row.doubtful_minor) >= 0),
    rows.Freeze:      ("legal_freeze_is_not_negative", lambda row:
                       min(row.taking_minor, row.taken_minor, row.left_minor) >= 0),
    rows.TrusteePayee: ("trustee_payee_amount_is_positive", lambda row: row.amount_minor > 0),
    rows.ClaimSale:   ("claim_sale_is_within_its_share", lambda row: 0 <= row.sold_minor <= row.share_minor),
    rows.Run:         ("run_step_is_in_range", lambda row: 1 <= row.next_step <= row.steps + 1),
    rows.RunItem:     ("run_item_is_never_negative", lambda row:
                       min(row.principal_minor, row.interest_minor, row.late_minor, row.fee_minor) >= 0),
}  # fmt: skip
