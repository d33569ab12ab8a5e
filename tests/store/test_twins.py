"""Twins: one suite for the memory store and the PostgreSQL store, and what only a database can promise.

What one store takes, the other takes, and gives back the same; what one refuses, the other refuses, and writes nothing.
"""

import re
import types
import typing
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from typing import Any

import msgspec
import psycopg
import pytest
from msgspec.structs import replace
from psycopg import errors
from psycopg.conninfo import make_conninfo

from cunguan.kernel import rows
from cunguan.kernel.canonical import canonical_json, key16
from cunguan.kernel.codes import Code
from cunguan.kernel.instruction import AuthorityText, Confirmation, Decision, Evidence, Posting
from cunguan.kernel.rows import ROWS, Account, ClaimMove, FeeItem, Move, Posted, RecordedRow, Row
from cunguan.store import roles
from cunguan.store.batch import Batch, Entry, Fenced, Head, Refused
from cunguan.store.steps import BY_MIGRATIONS
from cunguan.store.tables import table, tables
from tests.store.twins import APPEND_ONLY, ClaimLine, Given, Line, MemoryTwin, PostgresTwin, Twin, shared_twin

LANE, OTHER = 7, 8
AT = datetime(2024, 3, 1, 9, 30, 0, 123456, tzinfo=UTC)
DAY = date(2024, 3, 1)
LARGE = 2**62 - 1
#: every byte that a careless encoding would lose: quotes, a backslash, a tab, a line's end, Chinese, an emoji
TEXT = "存管 \"q\" 'a' \\ \t \n {x,y} \U0001f512 \u00fc"


@pytest.fixture(scope="module")
def wheel_twin(wheel_server_url: str) -> Iterator[Callable[[], PostgresTwin]]:
    """Stores on the wheel's PostgreSQL."""
    with shared_twin(wheel_server_url) as make:
        roles.create(make().conninfo)
        yield make


@pytest.fixture(scope="module")
def system_twin(system_server_url: str) -> Iterator[Callable[[], PostgresTwin]]:
    """Stores on the system's PostgreSQL."""
    with shared_twin(system_server_url) as make:
        roles.create(make().conninfo)
        yield make


@pytest.fixture(params=["memory", "wheel", "system"])
def store(request: pytest.FixtureRequest) -> Twin:
    """Give an empty store of each kind."""
    if request.param == "memory":
        return MemoryTwin()
    make: Callable[[], PostgresTwin] = request.getfixturevalue(f"{request.param}_twin")
    return make()


@pytest.fixture(params=["wheel", "system"])
def postgres(request: pytest.FixtureRequest) -> PostgresTwin:
    """Give an empty store on PostgreSQL."""
    make: Callable[[], PostgresTwin] = request.getfixturevalue(f"{request.param}_twin")
    return make()


# ── batches ──────────────────────────────────────────────────────────────────
def entry(seq: int, id: str, decision: Decision | None = None, state: str = "done", body: bytes = b"{}") -> Entry:
    """Return one decided instruction; its postings leave 1,000 and 2,000 behind."""
    decision = decision or Decision(Code.done)
    after = [(1_000, 2_000) for _ in decision.postings]
    return Entry(seq, id, key16(id), "bid_hold", 1, body, state, decision, after, canonical_json(decision.answer))


def batch(
    head: Head, *entries: Entry, adds: typing.Iterable[Row] = (), changes: typing.Iterable[Row] = (), **more: Any
) -> Batch:
    """Return a batch that follows the head; without entries, one that says nothing."""
    first = head.head + 1
    entries = entries or (entry(first, f"i{first}"),)
    made = Batch(
        lane=head.lane, token=head.token, number=1, first_seq=first, last_seq=first + len(entries) - 1, at=AT,
        business_date=DAY, pack="cn_p2p", pack_version=3, rule_set_hash="hash", code_version="1.2", salt_key_id=0,
        entries=list(entries), adds={(type(row), row.id): row for row in adds},
        changes={(type(row), row.id): row for row in changes}, accounts=[], balances={},
    )  # fmt: skip
    for name, value in more.items():
        setattr(made, name, value)
    return made


def account(number: int, code: str = "2010") -> Account:
    return Account(number, code, TEXT, "main", "CNY")


# ── rows of every kind ───────────────────────────────────────────────────────
_FIGURES: dict[type[Row], dict[str, Any]] = {
    rows.BankAccount: {"account": -LARGE},
    rows.Clearing: {"account": -5},
    rows.ClientDebt: {"account": -5},
    rows.Mandate: {"cap_minor": LARGE, "used_minor": LARGE},
    rows.Hold: {"amount_minor": LARGE, "captured_minor": 3, "released_minor": LARGE - 4},
    rows.Listing: {
        "amount_minor": LARGE, "held_minor": 1, "lent_minor": LARGE - 1, "repaid_minor": LARGE - 1, "late_rate_e6": 182_500,
        "recorded": (RecordedRow(DAY, 0, LARGE), RecordedRow(date(9999, 12, 31), 5, 0)),
    },
    rows.PlanRow: {
        "paid_principal_minor": 7, "paid_interest_minor": LARGE - 1, "compensated_principal_minor": LARGE - 7,
        "compensated_interest_minor": 1,
    },
    rows.LegalOrder: {"lifted_minor": 3, "taken_minor": 2},
    rows.OrderHere: {"taking_minor": LARGE - 5, "taken_minor": 5},
    rows.Freeze: {"taking_minor": 5, "taken_minor": LARGE - 5},
    rows.Run: {"steps": 9, "next_step": 10},
    rows.FeeSchedule: {"items": (FeeItem(TEXT, "bp", 200, 0, LARGE, 0), FeeItem("b", "fixed", 0, 1, 0, 0))},
}  # fmt: skip
_LEAST: dict[type[Row], dict[str, Any]] = {
    rows.BankAccount: {"account": -1},
    rows.Clearing: {"account": -1},
    rows.ClientDebt: {"account": -1},
    rows.Payout: {"amount_minor": 1},
    rows.FeeCharge: {"fee_minor": 1},
    rows.TrusteePayee: {"amount_minor": 1},
    rows.Adjustment: {"amount_minor": 1},
    rows.Deposit: {"amount_minor": 1},
    rows.Withdrawal: {"amount_minor": 1},
    rows.Hold: {"amount_minor": 1},
    rows.Run: {"next_step": 1},
}  # fmt: skip


def full(kind: type[Row], id: str = TEXT) -> Row:
    """Return a row with something, and much of it, in every field."""
    values: dict[type, Any] = {str: TEXT, int: LARGE, bool: True, date: date(2024, 2, 29), bytes: bytes(range(256))}
    return _row(kind, id, values, _FIGURES.get(kind, {}), none=False)


def least(kind: type[Row], id: str = "0") -> Row:
    """Return a row with nothing where nothing may stand: no text, no date, zero, False, no bytes, no items."""
    values: dict[type, Any] = {str: "", int: 0, bool: False, date: date(1, 1, 1), bytes: b""}
    return _row(kind, id, values, _LEAST.get(kind, {}), none=True)


def _row(kind: type[Row], id: str, values: dict[type, Any], figures: dict[str, Any], *, none: bool) -> Row:
    made: dict[str, Any] = {}
    for field in msgspec.structs.fields(kind):
        if field.name == "id":
            made["id"] = id
        elif field.name in figures:
            made[field.name] = figures[field.name]
        elif isinstance(field.type, types.UnionType):
            made[field.name] = None if none else values[next(t for t in typing.get_args(field.type) if t in values)]
        else:
            made[field.name] = values.get(field.type, ())
    return kind(**made)


# ── reading ──────────────────────────────────────────────────────────────────
def test_a_lane_begins_at_zero_and_each_taker_raises_its_token(store: Twin) -> None:
    assert store.head(LANE) == Head(LANE, 0, 0, None)
    assert store.take(LANE) == Head(LANE, 1, 0, None)
    assert store.take(LANE) == store.head(LANE) == Head(LANE, 2, 0, None)
    assert store.head(OTHER) == Head(OTHER, 0, 0, None)


def test_what_is_not_there_is_not_given(store: Twin) -> None:
    store.take(LANE)
    assert store.rows(LANE, rows.Holder, ["a", "b"]) == []
    assert store.index(LANE, rows.Holder, "person", ["a"]) == []
    assert store.balances(LANE, [1, -1]) == {}
    assert store.seen(LANE, [key16("a")]) == {}


def test_a_batch_moves_the_head_by_its_entries_and_keeps_its_instant(store: Twin) -> None:
    head = store.take(LANE)
    store.write(batch(head, entry(1, "a"), entry(2, "b"), entry(3, "c")))
    assert store.head(LANE) == Head(LANE, 1, 3, AT)
    store.write(batch(store.head(LANE), entry(4, "d")))
    assert store.head(LANE).head == 4
    assert store.rules_of(LANE, 2) == "hash"


def test_holders_under_a_waiting_order_are_found_with_their_base(store: Twin) -> None:
    waiting, free = least(rows.Holder, "A"), least(rows.Holder, "B")
    store.write(batch(store.take(LANE), adds=[replace(waiting, waiting_orders=2, base=7), free]))
    store.write(batch(store.take(OTHER), adds=[replace(waiting, waiting_orders=1)]))
    assert [tuple(row) for row in store.under_order(LANE)] == [("A", 7)]
    store.write(batch(store.head(LANE), changes=[replace(waiting, waiting_orders=0)]))
    assert store.under_order(LANE) == []


@pytest.mark.parametrize("kind", ROWS, ids=lambda kind: kind.__name__)
@pytest.mark.parametrize("made", [full, least], ids=["full", "least"])
def test_a_row_of_every_kind_comes_back_exactly(store: Twin, kind: type[Row], made: Callable[..., Row]) -> None:
    row, other = made(kind, "A"), made(kind, "a")
    store.write(batch(store.take(LANE), adds=[row, other]))
    store.write(batch(store.take(OTHER), adds=[made(kind, "b")]))
    assert store.rows(LANE, kind, ["A"]) == [row]
    assert sorted(store.rows(LANE, kind, ["a", "A", "b"]), key=lambda row: row.id) == [row, other]
    assert store.all(LANE, kind) == [row, other]  # by their bytes: A before a
    for field in kind.INDEXED:
        value = getattr(row, field)
        none: Any = date(1999, 12, 31) if isinstance(value, date) else "none"
        assert sorted(store.index(LANE, kind, field, [value, none]), key=lambda row: row.id) == [row, other]
        assert store.index(LANE, kind, field, [none]) == []


CHANGING = [kind for kind in ROWS if table(kind).changing]


@pytest.mark.parametrize("kind", CHANGING, ids=lambda kind: kind.__name__)
def test_every_column_that_may_change_is_changed_exactly(store: Twin, kind: type[Row]) -> None:
    before, after, untouched = least(kind, "A"), full(kind, "A"), least(kind, "B")
    names = [column.field for column in table(kind).changing]
    mixed = replace(before, **_agreeing(kind, names, after))
    store.write(batch(store.take(LANE), adds=[before, untouched]))
    store.write(batch(store.head(LANE), changes=[mixed]))
    assert store.all(LANE, kind) == [mixed, untouched]


def _agreeing(kind: type[Row], names: list[str], after: Row) -> dict[str, Any]:
    """Return the new values; where a rule compares them with a column that stays, what it allows."""
    allowed: dict[type[Row], dict[str, Any]] = {
        rows.Mandate: {"used_minor": 0},
        rows.Hold: {"captured_minor": 1, "released_minor": 0},
        rows.Listing: {"held_minor": 0, "lent_minor": 0, "repaid_minor": 0},
        rows.PlanRow: {
            "paid_principal_minor": 0,
            "paid_interest_minor": 0,
            "compensated_principal_minor": 0,
            "compensated_interest_minor": 0,
        },
        rows.FeeCharge: {"refunded_minor": 1},
        rows.Run: {"next_step": 1},
        rows.ClaimSale: {"sold_minor": 0},
        rows.SuspenseItem: {"left_minor": 0},
        rows.FeeCharge: {"refunded_minor": 1},
        rows.Shortfall: {"made_good_minor": 0},
        rows.ClientDebt: {"repaid_minor": 0},
        rows.Unclaimed: {"given_back_minor": 0},
        rows.LegalOrder: {"lifted_minor": 0, "filled_minor": 0, "taken_minor": 0},
    }
    values = {name: getattr(after, name) for name in names}
    return values | {name: value for name, value in allowed.get(kind, {}).items() if name in values}


def test_what_was_posted_comes_back_with_its_day_line_by_line(store: Twin) -> None:
    posting = [Posting(5, 6, 3, 1, 2), Posting(6, 5, LARGE, None, None)]
    accounts = [account(5), account(6)]
    balances = {5: (1_000, 2), 6: (2_000, 2)}
    head = store.take(LANE)
    store.write(batch(head, entry(1, "a"), entry(2, "b", Decision(Code.done, postings=tuple(posting))), accounts=accounts,
                      balances=balances))  # fmt: skip
    other_day = Decision(Code.done, postings=(Posting(5, 6, 7),))
    store.write(batch(store.head(LANE), entry(3, "c", other_day), business_date=date(2024, 3, 4), balances=balances))
    assert store.posted(LANE, ["b", "c", "a", "nothing"]) == {
        "b": (Posted(2, 0, DAY, 5, 6, 3, 2), Posted(2, 1, DAY, 6, 5, LARGE, None)),
        "c": (Posted(3, 0, date(2024, 3, 4), 5, 6, 7, None),),
    }
    assert store.posted(OTHER, ["b"]) == {}


def test_what_was_stored_under_an_id_is_the_answer_for_ever(store: Twin) -> None:
    detail = {"remaining_minor": LARGE, "holds": ["a", TEXT], "why": None}
    answered = [
        entry(1, "a", Decision(Code.done), body=canonical_json({"text": TEXT})),
        entry(2, "b:x/1", Decision(Code.hold_unusable, TEXT, answer=detail), "refused"),
        entry(3, "c" * 200, Decision(Code.in_doubt, "looked at"), "quarantined"),
    ]
    store.write(batch(store.take(LANE), *answered))
    seen = store.seen(LANE, [each.key16 for each in answered] + [key16("z")])
    assert seen == {each.key16: each.stored() for each in answered}
    assert [seen[each.key16].answer() for each in answered] == [each.answer() for each in answered]
    assert store.instructions(LANE) == [each.stored() for each in answered]
    assert store.seen(OTHER, [answered[0].key16]) == {}


def test_postings_authorities_and_registers_come_back_in_order(store: Twin) -> None:
    text = AuthorityText(LANE, "a", "P", TEXT, "bid", LARGE, "payee", "X", "2024-12-31")
    confirmation = Confirmation(text, Evidence("sandbox_ed25519", "key", b"\x00" * 32, bytes(range(64))), True)
    decision = Decision(
        Code.done, postings=(Posting(5, -6, LARGE, 1, None), Posting(-6, 5, 1, None, 1)), accounts=(account(5), account(-6, "1010")),
        claim_moves=(ClaimMove("c", "X", TEXT, -LARGE, 3, 0, LARGE, -2), ClaimMove("d", "X", "h", 1, 0, 2)),
        moves=(Move("hold", TEXT, "released_in_part", "open"),), authority=confirmation,
    )  # fmt: skip
    store.write(batch(
        store.take(LANE), entry(1, "a", decision), accounts=list(decision.accounts), balances={5: (7, 1), -6: (LARGE, 1)}
    ))  # fmt: skip
    assert store.lines(LANE) == [
        Line(1, 0, 5, -6, LARGE, 1_000, 2_000, 1, None), Line(1, 1, -6, 5, 1, 1_000, 2_000, None, 1),
    ]  # fmt: skip
    assert store.authorities(LANE) == {1: Given(1, "P", TEXT, "bid", LARGE, "payee", "X", "2024-12-31")}
    assert store.claim_lines(LANE) == [
        ClaimLine(1, 0, "c", "X", TEXT, -LARGE, 3, 0, LARGE, -2),
        ClaimLine(1, 1, "d", "X", "h", 1, 0, 2, 0, 0),
    ]
    assert store.accounts(LANE) == {5: account(5), -6: account(-6, "1010")}
    assert store.balances_of(LANE) == {5: (7, 1), -6: (LARGE, 1)}
    assert store.balances(LANE, [5, -6, 9]) == {5: 7, -6: LARGE}


def test_an_account_without_a_posting_stands_at_zero_until_one_moves_it(store: Twin) -> None:
    store.write(batch(store.take(LANE), accounts=[account(5), account(6)]))
    assert store.balances_of(LANE) == {5: (0, 1), 6: (0, 1)}
    store.write(batch(store.head(LANE), balances={6: (3, 2)}))
    assert store.balances_of(LANE) == {5: (0, 1), 6: (3, 2)}


def test_a_row_added_and_changed_in_one_batch_is_there_as_it_was_last(store: Twin) -> None:
    row = least(rows.Mandate, "m")
    last = replace(row, cap_minor=5, used_minor=5, state="revoked")
    store.write(batch(store.take(LANE), adds=[last]))
    assert store.rows(LANE, rows.Mandate, ["m"]) == [last]


# ── refusals: nothing is written ─────────────────────────────────────────────
HOLD = replace(least(rows.Hold, "h"), amount_minor=100)


def _begun(store: Twin) -> Head:
    """Write a first batch, so that there is something to collide with."""
    adds = [
        HOLD,
        *(least(kind, "there") for kind in (rows.Mandate, rows.Listing, rows.PlanRow, rows.Run)),
    ]
    head = store.take(LANE)
    store.write(batch(head, entry(1, "first"), adds=adds, accounts=[account(5), account(6)], balances={5: (10, 1)}))
    return store.head(LANE)


Made = Callable[[Head], Batch]

FENCED: dict[str, Made] = {
    "an older token":      lambda head: replace(batch(head), token=head.token - 1),
    "a token to come":     lambda head: replace(batch(head), token=head.token + 1),
    "a gap":               lambda head: batch(replace(head, head=head.head + 1)),
}  # fmt: skip

REFUSED: dict[str, Made] = {
    "an id again":         lambda head: batch(head, entry(2, "second"), entry(3, "first")),
    "an id twice":         lambda head: batch(head, entry(2, "second"), entry(3, "second")),
    "a row again":         lambda head: batch(head, adds=[HOLD]),
    "a row unknown":       lambda head: batch(head, changes=[replace(HOLD, id="nobody")]),
    "some rows unknown":   lambda head: batch(head, changes=[HOLD, replace(HOLD, id="nobody")]),
    "an account again":    lambda head: batch(head, accounts=[account(5)]),
    "an account unknown":  lambda head: batch(head, balances={5: (1, 2), 9: (1, 2)}),
    "another lane's":      lambda head: batch(head, balances={-77: (1, 2)}),
    "below the floor":     lambda head: batch(head, balances={5: (-1, 2)}),
    "opened below it":     lambda head: batch(head, accounts=[account(9)], balances={9: (-1, 2)}),
    "a hold over-used":    lambda head: batch(head, changes=[replace(HOLD, captured_minor=60, released_minor=41)]),
    "a hold un-captured":  lambda head: batch(head, changes=[replace(HOLD, captured_minor=-1)]),
    "a hold un-released":  lambda head: batch(head, changes=[replace(HOLD, captured_minor=101, released_minor=-1)]),
    "a hold of nothing":   lambda head: batch(head, adds=[replace(HOLD, id="h2", amount_minor=0)]),
    "a new hold over-used": lambda head: batch(head, adds=[replace(HOLD, id="h2", captured_minor=101)]),
    "a mandate over-used": lambda head: batch(head, adds=[replace(least(rows.Mandate, "m"), cap_minor=5, used_minor=6)]),
    "a mandate un-used":   lambda head: batch(head, changes=[replace(least(rows.Mandate, "there"), used_minor=-1)]),
    "over-subscription":   lambda head: batch(head, adds=[replace(least(rows.Listing, "x"), amount_minor=5, held_minor=3,
                                                                  lent_minor=3)]),
    "repaid more":         lambda head: batch(head, adds=[replace(least(rows.Listing, "x"), amount_minor=5, lent_minor=3,
                                                                  repaid_minor=4)]),
    "a row overpaid":      lambda head: batch(head, adds=[replace(least(rows.PlanRow, "r"), principal_minor=5,
                                                                  paid_principal_minor=6)]),
    "interest overpaid":   lambda head: batch(head, changes=[replace(least(rows.PlanRow, "there"), paid_interest_minor=1)]),
    "a claim below zero":  lambda head: batch(head, adds=[replace(least(rows.Claim, "c"), principal_minor=-1)]),
    "exposure below zero": lambda head: batch(head, adds=[replace(least(rows.Exposure, "e"), reserved_minor=-1)]),
    "reserved below zero": lambda head: batch(head, adds=[replace(least(rows.Reservation, "v"), amount_minor=-1)]),
    "a deposit of nothing": lambda head: batch(head, adds=[replace(least(rows.Deposit, "d"), amount_minor=0)]),
    "a fee below zero":    lambda head: batch(head, adds=[replace(least(rows.Withdrawal, "w"), fee_minor=-1)]),
    "a step too far":      lambda head: batch(head, changes=[replace(least(rows.Run, "there"), next_step=2)]),
    "an item below zero":  lambda head: batch(head, adds=[replace(least(rows.RunItem, "n"), fee_minor=-1)]),
    "a bank as a debt":    lambda head: batch(head, adds=[replace(least(rows.BankAccount, "b"), account=1)]),
    "clearing as a debt":  lambda head: batch(head, adds=[replace(least(rows.Clearing, "c"), account=1)]),
}  # fmt: skip


def _is_as_before(store: Twin, head: Head, before: list[Any]) -> bool:
    return [store.head(LANE), store.money(LANE), store.instructions(LANE)] == before and store.head(LANE) == head


@pytest.mark.parametrize("made", FENCED.values(), ids=FENCED)
def test_a_batch_out_of_its_turn_is_fenced_and_writes_nothing(store: Twin, made: Made) -> None:
    head = _begun(store)
    before = [store.head(LANE), store.money(LANE), store.instructions(LANE)]
    with pytest.raises(Fenced):
        store.write(made(head))
    assert _is_as_before(store, head, before)
    store.write(batch(head))
    assert store.head(LANE).head == head.head + 1


@pytest.mark.parametrize("made", REFUSED.values(), ids=REFUSED)
def test_a_batch_that_breaks_a_rule_is_refused_whole(store: Twin, made: Made) -> None:
    head = _begun(store)
    before = [store.head(LANE), store.money(LANE), store.instructions(LANE)]
    with pytest.raises(Refused):
        store.write(made(head))
    assert _is_as_before(store, head, before)
    store.write(batch(head, entry(2, "second"), adds=[replace(HOLD, id="h2")], balances={5: (0, 2)}))
    assert store.head(LANE).head == 2
    assert store.balances(LANE, [5]) == {5: 0}


def test_a_sequence_that_was_written_is_not_written_again(store: Twin) -> None:
    head = _begun(store)
    before = [store.head(LANE), store.money(LANE), store.instructions(LANE)]
    for stale in (replace(head, head=0), replace(head, head=0, token=head.token - 1)):
        # PostgreSQL meets the key of the instructions before it meets the fence; either way nothing is written.
        with pytest.raises((Fenced, Refused)):
            store.write(batch(stale, entry(1, "another")))
        assert _is_as_before(store, head, before)


def test_a_writer_that_was_overtaken_is_fenced_for_good(store: Twin) -> None:
    old = store.take(LANE)
    store.write(batch(old))
    new = store.take(LANE)
    with pytest.raises(Fenced):
        store.write(batch(replace(old, head=1)))
    store.write(batch(new))
    with pytest.raises(Fenced):
        store.write(batch(replace(old, head=2)))
    assert store.head(LANE) == Head(LANE, 2, 2, AT)


def test_a_batch_that_was_begun_and_not_ended_never_was(store: Twin) -> None:
    head = _begun(store)
    before = store.money(LANE)
    store.begin(batch(head, adds=[replace(HOLD, id="h2")]))
    store.restart()
    assert (store.money(LANE), store.head(LANE)) == (before, head)
    store.write(batch(head, adds=[replace(HOLD, id="h2")]))


# ── the schema ───────────────────────────────────────────────────────────────
SQL_NAME = {"integer": "int4", "bigint": "int8", "boolean": "bool"}


def _columns(postgres: PostgresTwin) -> dict[str, list[tuple[str, str, bool]]]:
    found: dict[str, list[tuple[str, str, bool]]] = {}
    for name, column, kind, nullable in postgres.ask(
        "SELECT table_name, column_name, data_type, is_nullable = 'YES' FROM information_schema.columns"
        " WHERE table_schema = 'public' ORDER BY table_name, ordinal_position"
    ):
        found.setdefault(name, []).append((column, SQL_NAME.get(kind, kind), nullable))
    return found


def test_the_schema_has_exactly_the_columns_of_the_rows(postgres: PostgresTwin) -> None:
    columns = _columns(postgres)
    for described in tables():
        expected = [("lane", "int4", False), *((c.name, c.type, c.nullable) for c in described.columns)]
        assert columns[described.name] == expected, described.name


def test_every_kind_of_row_has_a_table_and_every_table_is_known(postgres: PostgresTwin) -> None:
    assert [described.row for described in tables()] == list(ROWS)
    known = {described.name for described in tables()} | {
        "account", "authority", "balance", "batch", "claim_move", "epoch", "instruction", "instruction_key", "journal",
        "lane", "lane_schema", "lease", "posting", "salt_key", "schema_step", "state_move",
    }  # fmt: skip
    parts = {"instruction_default", "journal_default", "posting_default"}
    doors = {name for name in (*roles._DOORS, *roles._LOG, *roles._WEB) if " " not in name}
    owners = {"key_destruction", "payee_known", "person_move"}
    others = {name for name in _columns(postgres) if re.search(BY_MIGRATIONS, name)}
    assert set(_columns(postgres)) - known - parts - doors - others <= owners
    assert known | parts <= set(_columns(postgres))


def test_every_table_of_money_begins_its_key_with_the_lane_and_compares_ids_by_bytes(postgres: PostgresTwin) -> None:
    keys = dict(postgres.ask(
        "SELECT c.relname, a.attname FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid"
        " JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = i.indkey[0]"
        " WHERE i.indisprimary AND n.nspname = 'public'"
    ))  # fmt: skip
    assert {name: keys[name] for name in (t.name for t in tables())} == dict.fromkeys(
        (t.name for t in tables()), "lane"
    )
    loose = postgres.ask(
        "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public'"
        " AND data_type = 'text' AND collation_name IS DISTINCT FROM 'C' AND column_name NOT IN ('why', 'reason', 'description')"
        f" AND table_name !~ '{BY_MIGRATIONS}'"
    )
    assert loose == []


def test_every_constraint_has_the_name_of_a_sentence(postgres: PostgresTwin) -> None:
    names = [name for (name,) in postgres.ask(
        "SELECT conname FROM pg_constraint c JOIN pg_class t ON t.oid = c.conrelid"
        " JOIN pg_namespace n ON n.oid = t.relnamespace WHERE n.nspname = 'public' AND contype IN ('c', 'p', 'u')"
        f" AND NOT t.relispartition AND t.relname !~ '{BY_MIGRATIONS}'"
    )]  # fmt: skip
    verbs = (
        "_is_",
        "_has_",
        "_are_",
        "_only_",
        "_leaves_",
        "_sides_differ",
        "_belongs_",
        "_wants_",
        "_stays_",
        "_ends_",
        "_follows_",
        "_counts_",
    )
    assert [name for name in names if not any(verb in name for verb in verbs)] == []


# ── what only the database keeps ─────────────────────────────────────────────
PARTITIONS = ("instruction_default", "journal_default", "posting_default")


def _with_a_row_in_each(postgres: PostgresTwin) -> None:
    text = AuthorityText(LANE, "a", "P", "L1", "bid", 1, "", "", "")
    decision = Decision(
        Code.done, postings=(Posting(5, 6, 1, 1),), claim_moves=(ClaimMove("c", "X", "L1", 1, 0, 0),),
        moves=(Move("hold", "h", "opened", "open"),),
        authority=Confirmation(text, Evidence("sandbox_ed25519", "k", b"", b""), True),
    )  # fmt: skip
    postgres.write(batch(
        postgres.take(LANE), entry(1, "a", decision), adds=[least(rows.RunItem, "n"), least(rows.Mandate, "m")],
        accounts=[account(5), account(6)], balances={5: (0, 1), 6: (1, 1)},
    ))  # fmt: skip


@pytest.mark.parametrize("name", [*APPEND_ONLY, *PARTITIONS])
@pytest.mark.parametrize("deed", ["UPDATE {} SET lane = lane", "DELETE FROM {}", "TRUNCATE {} CASCADE"])
def test_what_was_written_is_not_changed_not_deleted_and_not_emptied(
    postgres: PostgresTwin, name: str, deed: str
) -> None:
    _with_a_row_in_each(postgres)
    before = postgres.money(LANE)
    with pytest.raises(psycopg.Error, match="is append-only") as refused:
        postgres.run(deed.format(name))
    assert refused.value.sqlstate == "CG002"
    assert postgres.money(LANE) == before


def test_a_partition_of_a_lane_is_append_only_as_well(postgres: PostgresTwin) -> None:
    postgres.ask("SELECT lane_partition(%s)", LANE)
    _with_a_row_in_each(postgres)
    try:
        for deed in (
            "UPDATE posting_7 SET lane = lane RETURNING 1",
            "DELETE FROM posting_7 RETURNING 1",
            "TRUNCATE posting_7",
        ):
            with pytest.raises(psycopg.Error, match="is append-only"):
                postgres.ask(deed)
        assert len(postgres.lines(LANE)) == 1
    finally:
        postgres.empty()
        for name in ("instruction", "journal", "posting"):
            postgres.run(f"DROP TABLE {name}_7")


# ── roles ────────────────────────────────────────────────────────────────────
@pytest.fixture
def apart(postgres: PostgresTwin) -> PostgresTwin:
    """Give a store whose roles are separated, with a row in each append-only table."""
    _with_a_row_in_each(postgres)
    return postgres


def _as(postgres: PostgresTwin, role: str) -> str:
    return make_conninfo(postgres.conninfo, user=role)


def _may(postgres: PostgresTwin, role: str, statement: str) -> bool:
    """Test that a role may do something, and undo it."""
    with psycopg.connect(_as(postgres, role)) as connection:
        try:
            connection.execute(statement.encode())
        except errors.InsufficientPrivilege:
            return False
        finally:
            connection.rollback()
    return True


A_MANDATE = "INSERT INTO mandate VALUES (7, 'forged', 'L1', 'bid', 9, 0, '2030-01-01', '', 1, 'active')"
A_POSTING = "INSERT INTO posting VALUES (7, 99, 0, 5, 6, 1, 0, 1, NULL, NULL)"


@pytest.mark.parametrize(
    ("statement", "plane"),
    [
        (A_MANDATE,                                                    True),
        (A_POSTING,                                                    True),
        ("UPDATE mandate SET used_minor = 0",                          True),
        ("UPDATE balance SET balance = 5",                             True),
        ("UPDATE lane SET head = head",                                True),
        ("UPDATE hold SET state = 'open'",                             True),
        ("UPDATE mandate SET cap_minor = 5",                           False),
        ("UPDATE mandate SET holder = 'me'",                           False),
        ("UPDATE hold SET amount_minor = 5",                           False),
        ("UPDATE hold SET owner = 'me'",                               False),
        ("UPDATE card SET payee_hash = 'mine'",                        False),
        ("UPDATE client_key SET public_key = ''",                      False),
        ("UPDATE posting SET amount_minor = 5",                        False),
        ("UPDATE instruction SET state = 'done'",                      False),
        ("UPDATE instruction_key SET seq = 5",                         False),
        ("UPDATE authority SET owner = 'me'",                          False),
        ("UPDATE account SET owner = 'me'",                            False),
        ("DELETE FROM posting",                                        False),
        ("DELETE FROM mandate",                                        False),
        ("DELETE FROM instruction_key",                                False),
        ("DELETE FROM balance",                                        False),
        ("TRUNCATE hold",                                              False),
        ("INSERT INTO epoch (epoch, reason, heads) VALUES (2, 'x', '{}')", False),
        ("UPDATE epoch SET reason = 'x'",                              False),
        ("UPDATE schema_step SET number = 9",                          False),
        ("ALTER TABLE posting DISABLE TRIGGER ALL",                    False),
        ("DROP TABLE posting",                                         False),
        ("CREATE TABLE mine (x int)",                                  False),
    ],
)  # fmt: skip
def test_the_plane_inserts_and_moves_states_and_web_and_audit_only_read(
    apart: PostgresTwin, statement: str, plane: bool
) -> None:
    assert _may(apart, roles.PLANE, statement) is plane
    assert not _may(apart, roles.WEB, f"SET search_path = public; {statement}")  # its names are the wall's views
    assert not _may(apart, roles.AUDIT, statement)


@pytest.mark.parametrize("role", [roles.PLANE, roles.WEB, roles.AUDIT])
def test_every_role_reads_every_table(apart: PostgresTwin, role: str) -> None:
    for name in [described.name for described in tables()] + list(APPEND_ONLY):
        assert _may(apart, role, f"SELECT count(*) FROM {name}"), name


def test_the_plane_columns_that_change_are_the_only_ones_it_may_update(apart: PostgresTwin) -> None:
    granted: dict[str, set[str]] = {}
    for name, column in apart.ask(
        "SELECT table_name, column_name FROM information_schema.column_privileges"
        " WHERE grantee = %s AND privilege_type = 'UPDATE'", roles.PLANE,
    ):  # fmt: skip
        granted.setdefault(name, set()).add(column)
    for described in tables():
        assert granted.pop(described.name, set()) == {column.name for column in described.changing}, described.name
    assert granted == {
        "lane": {"token", "head", "at"}, "lease": {"owner", "token", "until", "successor"}, "balance": {"balance", "seq"},
    }  # fmt: skip


def test_making_the_roles_again_does_no_harm(apart: PostgresTwin) -> None:
    roles.create(apart.conninfo)
    assert roles.are_separated(_as(apart, roles.PLANE))


def test_the_plane_role_is_enough_to_take_a_lane_and_to_write(apart: PostgresTwin) -> None:
    plane = PostgresTwin(_as(apart, roles.PLANE))
    try:
        head = plane.take(LANE)
        row = least(rows.Mandate, "m")
        plane.write(batch(head, entry(2, "b"), adds=map(full, ROWS), changes=[row], balances={5: (3, 2)}))
        assert plane.head(LANE).head == 2
        assert all(plane.rows(LANE, kind, [TEXT]) == [full(kind)] for kind in ROWS)
    finally:
        plane.close()
    assert roles.are_separated(_as(apart, roles.PLANE))
    assert not roles.are_separated(apart.conninfo)
