"""Invariant mutants: for each invariant a mistake in the code that no other check of the invariants finds.

Shape   MUTANTS: the invariant's number, what is broken and how, what is done then, and the one check that must fail.
        A check that fails for no mistake is no check; two checks that always fail together are one
Source  domain.md (d), 1-18, 20-27, 32, 33, 38, 39, 44-46, as domain-decisions.md corrects them
"""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any, NamedTuple

import pytest
from msgspec.structs import replace

from cunguan.kernel.codes import Code
from cunguan.kernel.instruction import Decision, Posting
from cunguan.kernel.rows import (
    BankAccount,
    Claim,
    Day,
    Exposure,
    FeeCharge,
    Guarantee,
    Hold,
    Holder,
    Listing,
    Mandate,
    PlanRow,
    Pool,
    Withdrawal,
)
from cunguan.kernel.rules import OK
from cunguan.ledger import book
from cunguan.ledger.chart import pool_account
from cunguan.operations import (
    account_opening,
    bid_cancel,
    bid_hold,
    compensation,
    day_close,
    deposit_direct,
    deposit_notice,
    disbursement,
    fees,
    lending,
    limit_reserve,
    listing_registration,
    person_lock_here,
    platform_money_in,
    pool_loss,
    raise_failure,
    repayment,
    withdrawal_result,
)
from cunguan.operations.catalogue import operations
from cunguan.plane import runner
from cunguan.plane.runner import Runner
from cunguan.store.memory import MemoryStore
from tests.properties import invariants as inv
from tests.properties.invariants import INVARIANTS, Lane
from tests.scenarios.world import World
from tests.store.twins import MemoryTwin

LANE = 1
Patch = pytest.MonkeyPatch
Plant = Callable[["House", Patch], None]


class House(World):
    """A platform with two pools and lenders, two borrowers, a listing of 600.00, cards, fees, and a day to work on."""

    def __init__(self) -> None:
        super().__init__(MemoryTwin())
        self.platform(LANE)
        self.done(
            LANE, "open:second", "pool_opening", pools=[{"id": "second", "currency": "CNY", "regime": "lending"}], maker="m1",
            checker="c1", bank_accounts=[{"id": "second", "pool": "second", "channel": "demobank", "reference": "second"}],
        )  # fmt: skip
        for holder, role in (("L1", "lender"), ("L2", "lender"), ("B", "borrower"), ("G", "guarantor")):
            self.client(LANE, holder, role)
            self.card(LANE, holder, cooled=False)
        self.fees(LANE)
        self.consent(LANE, "L1")
        self.consent(LANE, "B")
        self.move_day(LANE, self.day + timedelta(days=3))
        self.deposit("L1", 5_000_000)
        self.deposit("L2", 5_000_000)

    def deposit(self, holder: str, amount_minor: int, name: str = "") -> None:
        self.done(LANE, name or f"deposit:{next(self._numbers)}", "deposit_direct", holder=holder, bank_account="bank",
                  amount_minor=amount_minor, payer_matches=True, reference="line")  # fmt: skip

    def list(self, listing: str = "X", amount_minor: int = 60_000, **body: Any) -> None:
        said = {
            "listing": listing, "pool": "main", "borrower": "B", "person": "person:B", "currency": "CNY", "pack": "cn_p2p",
            "amount_minor": amount_minor, "rate_e6": 120_000, "rule": "bullet", "months": 1,
            "raise_until": self.day + timedelta(days=20),
        } | body  # fmt: skip
        self.done(LANE, f"list:{listing}", "listing_registration", **said)

    def bid(self, lender: str = "L1", amount_minor: int = 60_000, name: str = "b1", **body: Any) -> None:
        said = {"lender": lender, "listing": "X", "amount_minor": amount_minor} | body
        self.done(LANE, name, "bid_hold", **said)

    def two_bids(self) -> None:
        self.list()
        self.bid("L1", 40_000, "b1")
        self.bid("L2", 20_000, "b2")

    def lend(self, **body: Any) -> None:
        self.list(**body)
        self.bid("L1", 40_000, "b1")
        self.bid("L2", 20_000, "b2")
        self.done(LANE, "lend", "disbursement", listing="X")

    def repay(self) -> None:
        self.lend()
        self.deposit("B", 600)
        self.done(LANE, "repay", "repayment", listing="X", borrower="B", plan_row=1, principal_minor=60_000,
                  interest_minor=600)  # fmt: skip

    def withdraw(self, name: str = "W1", **body: Any) -> None:
        said = {
            "holder": "L1",
            "card": "L1:card",
            "bank_account": "bank",
            "amount_minor": 60_000,
            "payee_hash": "payee:L1",
        }
        self.done(LANE, name, "withdrawal", **(said | body))

    def send(self, name: str = "W1", **body: Any) -> None:
        self.withdraw(name, **body)
        self.done(LANE, f"send:{name}", "withdrawal_sent", withdrawal=name)

    def told(self, status: str, name: str = "W1", **body: Any) -> None:
        amount_minor = 0 if status == "timed_out" else 60_000
        self.done(LANE, f"bank:{name}:{status}", "withdrawal_result", withdrawal=name, status=status,
                  amount_minor=amount_minor, **body)  # fmt: skip

    def accounts(self, holder: str) -> Holder:
        return self.get(LANE, Holder, holder)

    def of_pool(self, pool: str, code: str) -> int:
        return pool_account(self.get(LANE, Pool, pool).base, code)

    def check(self, lane: int) -> None:
        """Check nothing: what fails is looked for afterwards, check by check."""


def failing(house: House) -> set[str]:
    """Return the checks that fail, over all lanes."""
    found = set()
    for lane in house.store.lanes():
        stored = Lane(house.store, lane)
        for holds in INVARIANTS:
            try:
                holds(stored)
            except AssertionError:
                found.add(holds.__name__)
    return found


# ── ways to break something ──────────────────────────────────────────────────
def off(patch: Patch, module: Any, name: str, other: Callable[[Any], Any]) -> None:
    """Put something else in the place of a function."""
    patch.setattr(module, name, other(getattr(module, name)))
    operations.cache_clear()


def template(patch: Patch, module: Any, name: str, **other: Any) -> None:
    """Let a posting template say something else of its postings."""

    def planted(true: Any) -> Any:
        def postings(**of: Any) -> Any:
            found = true(**of)
            return replace(found, **other) if isinstance(found, Posting) else tuple(replace(p, **other) for p in found)

        return postings

    off(patch, module, name, planted)


def decision(patch: Patch, module: Any, change: Callable[[Decision], Decision]) -> None:
    """Let an operation decide something else where it decides `done`."""

    def planted(true: Any) -> Any:
        def decide(*given: Any) -> Decision:
            found: Decision = true(*given)
            return change(found) if found.code is Code.done else found

        return decide

    off(patch, module, "decide", planted)


def changed(kind: type[Any], **other: Any) -> Callable[[Decision], Decision]:
    """Change one kind of row in what a decision adds and changes; a function is given the row."""

    def one(row: Any) -> Any:
        if type(row) is not kind:
            return row
        return replace(row, **{name: value(row) if callable(value) else value for name, value in other.items()})

    def change(found: Decision) -> Decision:
        return replace(found, adds=tuple(map(one, found.adds)), changes=tuple(map(one, found.changes)))

    return change


def facts(patch: Patch, module: Any, **other: Any) -> None:
    """Let an operation be told something else than what stands in the books."""

    def planted(true: Any) -> Any:
        def load(*given: Any) -> Any:
            found = true(*given)
            return replace(found, **{name: of(getattr(found, name)) for name, of in other.items()})

        return load

    off(patch, module, "load", planted)


# ── the mutants ──────────────────────────────────────────────────────────────
def another_currency(house: House, patch: Patch) -> None:
    decision(patch, account_opening, lambda found: replace(
        found, accounts=tuple(replace(account, currency="USD") for account in found.accounts)))  # fmt: skip
    house.client(LANE, "L9")
    house.deposit("L9", 100)


def wrong_place(house: House, patch: Patch) -> None:
    one, two = house.accounts("L1").available, house.accounts("L2").available

    def collected(true: Any) -> Any:
        def collect(found: Decision, after: Any, seq: int, batch: Any) -> None:
            true(found, after, seq, batch)
            if one in batch.balances:
                batch.balances[one] = (batch.balances[one][0] - 1, seq)
                batch.balances[two] = (house.store.balance[LANE][two][0] + 1, house.store.balance[LANE][two][1])

        return collect

    off(patch, runner, "_collect", collected)
    house.deposit("L1", 100)


def below_zero(house: House, patch: Patch) -> None:
    facts(patch, bid_hold, available_minor=lambda _: 10**9)
    patch.setattr(MemoryStore, "_check", lambda self, batch: None)

    def post(self: Any, postings: Any) -> list[tuple[int, int]]:
        after = []
        for p in postings:
            for account, delta in ((p.debit, -p.amount_minor), (p.credit, p.amount_minor)):
                self._balances[account] += -delta if account < 0 else delta
            after.append((self._balances[p.debit], self._balances[p.credit]))
        return after

    patch.setattr(book.Book, "post", post)
    house.list(amount_minor=6_000_000)
    house.bid("L1", 5_000_001)


def no_frozen_account(house: House, patch: Patch) -> None:
    decision(patch, account_opening, lambda found: replace(found, accounts=tuple(
        replace(account, code="2030") if account.code == "2040" else account for account in found.accounts)))  # fmt: skip
    house.client(LANE, "L9")


def holds_less(house: House, patch: Patch) -> None:
    template(patch, bid_hold, "bid_hold", amount_minor=59_999)
    house.list()
    house.bid()


def other_purpose(house: House, patch: Patch) -> None:
    house.list()
    house.bid("L1", 50_000)
    decision(patch, bid_cancel, changed(Hold, purpose="marketing_bid"))
    house.done(LANE, "back", "bid_cancel", lender="L1", hold="b1", amount_minor=10_000)


def released_to_the_borrower(house: House, patch: Patch) -> None:
    house.list()
    house.bid("L1", 50_000)
    hold = house.get(LANE, Hold, "b1")
    template(patch, lending, "hold_release", credit=house.accounts("B").available, authority=hold.authority)
    house.done(LANE, "up", "raise_failure", listing="X")


def paid_for_another(house: House, patch: Patch) -> None:
    house.send("W1")
    house.send("W2")
    template(patch, withdrawal_result, "withdrawal_paid", opened=house.get(LANE, Withdrawal, "W2").seq)
    house.told("settled", "W1")


def nobodys_word(house: House, patch: Patch) -> None:
    template(patch, bid_hold, "bid_hold", authority=None)
    house.list()
    house.bid()


def unused_mandate(house: House, patch: Patch) -> None:
    house.list()
    mandate = house.mandate(LANE, "L1", "bid", 100_000)
    decision(patch, bid_hold, changed(Mandate, used_minor=0))
    house.bid(mandate=mandate)


def short_and_open(house: House, patch: Patch) -> None:
    decision(patch, pool_loss, changed(Pool, state="open"))
    house.done(LANE, "loss", "pool_loss", pool="main", bank_account="bank", amount_minor=100, cause="bank_charge", reason="charge",
               reference="line", maker="m1", checker="c1")  # fmt: skip


def captured_for_another(house: House, patch: Patch) -> None:
    template(patch, lending, "capture", credit=house.accounts("G").available)
    house.lend()


def fee_to_another_account(house: House, patch: Patch) -> None:
    template(patch, disbursement, "disbursement_fee", credit=house.of_pool("main", "2150"))
    decision(patch, disbursement, lambda found: replace(
        found, adds=tuple(row for row in found.adds if type(row) is not FeeCharge)))  # fmt: skip
    house.lend(fee_schedule="fees", fee_item="platform_fee")


def through_another_pool(house: House, patch: Patch) -> None:
    other = house.of_pool("second", "2210")

    def planted(true: Any) -> Any:
        def postings(*, bank: int, holder: Holder, amount_minor: int) -> tuple[Posting, ...]:
            return (Posting(bank, other, amount_minor), Posting(other, holder.available, amount_minor))

        return postings

    off(patch, deposit_direct, "deposit_direct", planted)
    loaded = deposit_direct.load

    def load(instruction: Any, found: Any, given: Any) -> Any:
        found.get(Pool, "second")
        return loaded(instruction, found, given)

    off(patch, deposit_direct, "load", lambda true: load)
    house.deposit("L1", 100)


def own_money_unasked(house: House, patch: Patch) -> None:
    template(patch, platform_money_in, "platform_money_in", credit=house.of_pool("main", "3010"))
    house.done(LANE, "own", "platform_money_in", pool="main", bank_account="bank", account="2120", amount_minor=5,
               reference="own")  # fmt: skip


def same_id_twice(house: House, patch: Patch) -> None:
    house.list()
    house.bid("L1", 50_000)
    patch.setattr(MemoryTwin, "seen", lambda self, lane, keys: {})
    patch.setattr(MemoryStore, "_check", lambda self, batch: None)
    for _ in range(2):
        house.done(LANE, "back", "bid_cancel", lender="L1", hold="b1", amount_minor=10_000)


def doubt_that_lapses(house: House, patch: Patch) -> None:
    house.send()
    house.told("timed_out")
    off(
        patch,
        withdrawal_result,
        "_rejected",
        lambda true: lambda body, known: true(replace(body, finality=True), known),
    )
    house.told("rejected")


def sequence_left_out(house: House, patch: Patch) -> None:
    def take(true: Any) -> Any:
        def taken(self: Runner, item: Any, found: Any, state: str) -> int:
            self.next_seq += 1
            count: int = true(self, item, found, state)
            return count

        return taken

    off(patch, Runner, "_take", take)
    house.deposit("L1", 100)


def still_counted(house: House, patch: Patch) -> None:
    house.list()
    house.bid("L1", 50_000)
    decision(patch, bid_cancel, lambda found: replace(
        found, changes=tuple(row for row in found.changes if type(row) is not Listing)))  # fmt: skip
    house.done(LANE, "back", "bid_cancel", lender="L1", hold="b1", amount_minor=10_000)


def claim_too_small(house: House, patch: Patch) -> None:
    decision(patch, disbursement, lambda found: replace(
        changed(Claim, principal_minor=lambda row: row.principal_minor - 1)(found),
        claim_moves=tuple(replace(move, principal_minor=move.principal_minor - 1) for move in found.claim_moves)))  # fmt: skip
    house.lend()


def failed_in_name(house: House, patch: Patch) -> None:
    house.two_bids()
    decision(patch, raise_failure, lambda found: replace(
        found, postings=(), changes=(replace(house.get(LANE, Listing, "X"), state="failed"),)))  # fmt: skip
    house.done(LANE, "up", "raise_failure", listing="X")


def shares_by_liking(house: House, patch: Patch) -> None:
    house.lend()
    house.deposit("B", 600)

    def planted(true: Any) -> Any:
        def shares(*of: Any, **named: Any) -> Any:
            first, second = true(*of, **named)
            more = replace(first, principal_minor=first.principal_minor + 2)
            return [more, replace(second, principal_minor=second.principal_minor - 2)]

        return shares

    off(patch, repayment.register, "shares", planted)
    house.done(
        LANE, "repay", "repayment", listing="X", borrower="B", plan_row=1, principal_minor=30_000, interest_minor=600
    )


def lends_to_himself(house: House, patch: Patch) -> None:
    house.client(LANE, "LB", person="person:B")
    house.deposit("LB", 60_000)
    house.list()
    facts(patch, bid_hold, borrower=lambda holder: replace(holder, person="somebody"))
    house.bid("LB")


def over_the_cap(house: House, patch: Patch) -> None:
    off(patch, listing_registration, "evaluate", lambda true: lambda *of, **named: OK)
    house.list(amount_minor=20_000_001)


def reserved_and_not_counted(house: House, patch: Patch) -> None:
    decision(patch, limit_reserve, changed(Exposure, reserved_minor=lambda row: row.reserved_minor - 1))
    house.list()


def usable_at_once(house: House, patch: Patch) -> None:
    def planted(true: Any) -> Any:
        def postings(**of: Any) -> tuple[Posting, ...]:
            (first,) = true(**of)
            bank = house.get(LANE, BankAccount, "bank").account
            holder = house.accounts("L1")
            return (
                first, replace(first, debit=bank, credit=first.debit),
                replace(first, debit=holder.uncleared, credit=holder.available),
            )  # fmt: skip

        return postings

    off(patch, deposit_notice, "deposit_notice", planted)
    loaded = deposit_notice.load

    def load(instruction: Any, found: Any, given: Any) -> Any:
        found.get(BankAccount, "bank")
        return loaded(instruction, found, given)

    off(patch, deposit_notice, "load", lambda true: load)
    house.done(LANE, "N", "deposit_notice", holder="L1", channel="quick", settle_date=house.day + timedelta(days=4),
               amount_minor=100, reference="channel")  # fmt: skip


def day_that_stays_open(house: House, patch: Patch) -> None:
    decision(patch, day_close, lambda found: replace(
        found, changes=tuple(replace(row, business_date=row.business_date - timedelta(days=1)) if type(row) is Day else row
                             for row in found.changes)))  # fmt: skip
    today = house.business_date(LANE)
    house.done(LANE, f"close:{today}", "day_close", date=today, next_date=today + timedelta(days=1))
    house.deposit("L1", 100)


def past_told_wrong(house: House, patch: Patch) -> None:
    def entries(true: Any) -> Any:
        def write(self: MemoryTwin, batch: Any) -> None:
            for entry in batch.entries:
                entry.after[:] = [(debit + 1, credit) for debit, credit in entry.after]
            true(self, batch)

        return write

    off(patch, MemoryStore, "write", entries)
    house.deposit("L1", 100)


def lock_that_locks_nobody(house: House, patch: Patch) -> None:
    decision(patch, person_lock_here, lambda found: replace(found, changes=(), moves=()))
    house.list()
    house.done(0, "lock", "person_lock", act="lock", person="person:L1", reason="asked", maker="m1")
    house.deliver()
    house.bid()


def fee_too_high(house: House, patch: Patch) -> None:
    off(patch, fees, "fee_of", lambda true: lambda item, amount_minor: true(item, amount_minor) + 1)
    house.withdraw(fee_schedule="fees", fee_item="platform_fee")


def rules_not_noted(house: House, patch: Patch) -> None:
    off(patch, runner, "rule_set_hash", lambda true: lambda pack, day: true(pack, date(2016, 9, 1)))
    house.deposit("L1", 100)


def paid_on_no_row(house: House, patch: Patch) -> None:
    decision(patch, repayment, changed(PlanRow, paid_interest_minor=0))
    house.repay()


def guarantee_of_nobody(house: House, patch: Patch) -> None:
    house.lend()
    house.deposit("G", 60_600)
    due = date(2024, 4, 4)
    house.move_day(LANE, due + timedelta(days=30))

    def planted(true: Any) -> Any:
        def decide(instruction: Any, found: Any, given: Any) -> Any:
            word = Guarantee("word", "X", "G", "person:G", 0, 0)
            return true(instruction, replace(found, guarantees=[word]), given)

        return decide

    off(patch, compensation, "decide", planted)
    house.done(LANE, "pay", "compensation", listing="X", guarantor="G", plan_row=1, principal_minor=60_000,
               interest_minor=600)  # fmt: skip


def order_without_grip(house: House, patch: Patch) -> None:
    house.done(0, "O1", "legal_order", issuer="court", instrument="1", currency="CNY", amount_minor=6_000_000,
               expires=house.day + timedelta(days=90), maker="m1", checker="c1", person="person:L1")  # fmt: skip
    while house.deliver():
        pass
    off(patch, runner, "gains", lambda true: lambda *of: {})
    house.deposit("L1", 100)


class Mutant(NamedTuple):
    """A mistake for one invariant, and the check that finds it."""

    number: str
    mistake: str
    plant: Plant
    found_by: Callable[[Lane], None]


MUTANTS = tuple(Mutant(*row) for row in (
    ("1",   "accounts of another currency in a pool",        another_currency,         inv.postings_are_two_sided_in_one_currency),
    ("2",   "a balance that is written for somebody else",   wrong_place,              inv.balances_are_their_postings),
    ("3",   "a hold of more than there is",                  below_zero,               inv.nothing_is_below_zero),
    ("4",   "a holder without an account for frozen money",  no_frozen_account,        inv.holders_have_their_five_accounts),
    ("5",   "a hold that holds less than it says",           holds_less,               inv.held_is_what_is_held),
    ("6",   "a hold that serves another purpose afterwards", other_purpose,            inv.holds_are_used_as_they_were_opened),
    ("7",   "a release to the borrower",                     released_to_the_borrower, inv.what_is_released_returns_to_its_owner),
    ("8",   "a payment that names another withdrawal",       paid_for_another,         inv.money_leaves_only_as_a_withdrawal_or_payout),
    ("9",   "a hold without the lender's word",              nobodys_word,             inv.every_client_debit_cites_an_authority),
    ("10",  "a mandate whose use is not counted",            unused_mandate,           inv.mandates_are_used_within_their_cap),
    ("11",  "a pool that is short and stays open",              short_and_open,           inv.cover_is_full),
    ("12",  "a capture for somebody else",                   captured_for_another,     inv.captures_pay_only_whom_they_may),
    ("13",  "a fee on another account of the platform",      fee_to_another_account,   inv.fees_come_only_from_clients_who_consented),
    ("14",  "a deposit by way of another pool",              through_another_pool,     inv.pools_never_net),
    ("15",  "own money that is no top-up",                   own_money_unasked,        inv.own_money_is_a_top_up),
    ("16",  "an id with two effects",                        same_id_twice,            inv.no_id_is_decided_twice),
    ("17",  "a doubt that ends without evidence",            doubt_that_lapses,        inv.doubts_end_only_by_evidence),
    ("18",  "a sequence that is left out",                   sequence_left_out,        inv.sequence_has_no_gap),
    ("20",  "a bid taken back that stays counted",           still_counted,            inv.listings_count_their_holds),
    ("21",  "claims for less than was lent",                 claim_too_small,          inv.claims_are_what_was_lent_and_not_repaid),
    ("22",  "a failed raise that keeps its holds",           failed_in_name,           inv.raises_end_with_nothing_open),
    ("23",  "a repayment that favours one lender",           shares_by_liking,         inv.repayments_follow_the_register),
    ("24",  "a borrower who lends to himself",               lends_to_himself,         inv.nobody_lends_to_himself),
    ("25",  "a listing above the cap",                       over_the_cap,             inv.borrowers_are_within_their_cap),
    ("25b", "a reservation that is not counted",             reserved_and_not_counted, inv.exposures_are_their_reservations),
    ("26",  "a compensation nobody guaranteed",              guarantee_of_nobody,      inv.guarantors_pay_what_they_guaranteed),
    ("27",  "announced money that is available at once",     usable_at_once,           inv.uncleared_is_what_no_bank_has_shown),
    ("32",  "a closed day that goes on",                     day_that_stays_open,      inv.closed_days_take_nothing),
    ("33",  "a past balance that never was",                 past_told_wrong,          inv.every_past_balance_can_be_told),
    ("38",  "an order that later money passes by",           order_without_grip,       inv.nothing_slips_past_a_waiting_order),
    ("39",  "a lock that locks nobody",                      lock_that_locks_nobody,   inv.locked_accounts_are_not_debited),
    ("44",  "a fee above the one agreed",                    fee_too_high,             inv.fees_are_those_agreed),
    ("45",  "rules of another day",                          rules_not_noted,          inv.decisions_keep_their_rules),
    ("46",  "interest paid on no row",                       paid_on_no_row,           inv.plan_rows_are_never_overpaid),
))  # fmt: skip


@pytest.fixture
def patch() -> Iterator[Patch]:
    """Take every mistake out again, also out of the catalogue."""
    with pytest.MonkeyPatch.context() as planted:
        yield planted
    operations.cache_clear()


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: f"{mutant.number}: {mutant.mistake}")
def test_a_mistake_is_found_by_its_check_and_by_no_other(mutant: Mutant, patch: Patch) -> None:
    house = House()
    assert failing(house) == set()
    mutant.plant(house, patch)
    assert failing(house) == {mutant.found_by.__name__}


NUMBERS = {*range(1, 19), *range(20, 28), 32, 33, 38, 39, 44, 45, 46}


def test_every_invariant_has_its_mutant() -> None:
    assert {int(mutant.number.rstrip("b")) for mutant in MUTANTS} == NUMBERS


def test_every_mutant_has_a_check_of_its_own() -> None:
    assert len({mutant.found_by for mutant in MUTANTS}) == len(MUTANTS)


@pytest.mark.parametrize("deed", ["repay", "two_bids", "send"])
def test_nothing_is_found_where_nothing_is_wrong(deed: str) -> None:
    house = House()
    getattr(house, deed)()
    assert failing(house) == set()
