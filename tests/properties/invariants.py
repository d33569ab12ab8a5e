"""Invariants: what must hold of a lane at every committed instant, read from what is stored and from nothing else.

Shape   Lane: everything one lane has stored, read once; each invariant is a function of it that raises AssertionError
        with the subject; `check(store)` runs them all over all lanes
Source  domain.md (d), by number; cover and authority as domain-decisions.md 1, 8, 14 correct them
"""

from collections import Counter, defaultdict
from collections.abc import Callable
from fractions import Fraction
from functools import cached_property
from itertools import groupby, pairwise
from typing import Any

import msgspec

from cunguan.kernel.rows import (
    Adjustment,
    Card,
    Claim,
    ClaimSale,
    ClientDebt,
    DailyTotal,
    Day,
    Deposit,
    Exposure,
    FeeCharge,
    FeeSchedule,
    Freeze,
    Guarantee,
    Hold,
    Holder,
    LegalOrder,
    Listing,
    Mandate,
    OrderHere,
    OrderShare,
    Payout,
    PlanRow,
    Pool,
    Reservation,
    Row,
    Shortfall,
    SuspenseItem,
    TrusteePayee,
    Unclaimed,
    Withdrawal,
)
from cunguan.ledger.chart import HOLDER_CODES
from cunguan.policy.evaluate import PACKS, rule_set_hash
from tests.store.twins import Line, Twin

CAPS = {"person": 20_000_000, "company": 100_000_000}
CAPS_ACROSS = {"person": 100_000_000, "company": 500_000_000}
RED_PACKETS_A_DAY = 10_000_000
CASH, UNCLEARED = "1010", "2015"
#: what may bring the firm's own money into a pool
TOP_UPS = frozenset({"prudent_top_up", "pool_top_up"})
#: what an authority must be called that lets an instruction debit 2010
TYPE_OF = {
    "bid_hold": "bid", "withdrawal": "withdrawal", "repayment": "repayment", "compensation": "compensation",
    "claim_purchase": "claim_purchase", "client_debt_repayment": "debt_repayment", "fee_charge": "fee_charge",
}  # fmt: skip
#: kinds by which two people debit a client, and under what
BY_TWO = {"adjustment": "M", "charge_back": "M", "dormancy": "L"}
#: what leaves the pool on the firm's side: what is debited -> the kinds that do it
FIRM_EXITS = {
    "1030": {"pool_loss", "adjustment"},
    "1040": {"charge_back"},
    "2010": {"charge_back", "adjustment"},
    "2240": {"pool_interest_share"},
    "2310": {"unclaimed_handover"},
}
SHORT = ("short", "payouts_stopped")


class Lane:
    """What one lane has stored."""

    def __init__(self, store: Twin, lane: int) -> None:
        self.store, self.lane = store, lane
        self.accounts, self.balances, self.lines = store.accounts(lane), store.balances_of(lane), store.lines(lane)
        self.authorities = store.authorities(lane)
        self.instructions = {stored.seq: stored for stored in store.instructions(lane)}

    def all(self, kind: type[Row]) -> list[Any]:
        return self.store.all(self.lane, kind)

    @cached_property
    def holds(self) -> list[Hold]:
        return self.all(Hold)

    @cached_property
    def holders(self) -> dict[str, Holder]:
        return {holder.id: holder for holder in self.all(Holder)}

    @cached_property
    def listings(self) -> dict[str, Listing]:
        return {listing.id: listing for listing in self.all(Listing)}

    @cached_property
    def claims(self) -> list[Claim]:
        return self.all(Claim)

    @cached_property
    def replayed(self) -> dict[int, list[int]]:
        """What stood on each account after each of its postings, added up from nothing."""
        after: dict[int, list[int]] = {account: [] for account in self.accounts}
        for line in self.lines:
            for account, amount in ((line.debit, -line.amount_minor), (line.credit, line.amount_minor)):
                so_far = after[account]
                so_far.append((so_far[-1] if so_far else 0) + (-amount if account < 0 else amount))
        return after

    @cached_property
    def last(self) -> dict[int, int]:
        """The sequence of each account's last posting."""
        return {account: line.seq for line in self.lines for account in (line.debit, line.credit)}

    @cached_property
    def out_of_holds(self) -> dict[tuple[int, int], list[Line]]:
        """What left 2020 and 2125, by account and the instruction that put it there."""
        opened: defaultdict[tuple[int, int], list[Line]] = defaultdict(list)
        for line in self.lines:
            if self.code(line.debit) in ("2020", "2125"):
                assert line.opened is not None, line
                opened[line.debit, line.opened].append(line)
        return opened

    def body(self, seq: int) -> dict[str, Any]:
        """Return what an instruction said."""
        return msgspec.json.decode(self.instructions[seq].body)  # type: ignore[no-any-return]  # a body is an object

    def code(self, account: int) -> str:
        return self.accounts[account].code

    def owner(self, account: int) -> str:
        return self.accounts[account].owner

    def name(self, account: int) -> str:
        return f"{self.owner(account)}:{self.code(account)}"


# ── the ledger ───────────────────────────────────────────────────────────────
def postings_are_two_sided_in_one_currency(lane: Lane) -> None:
    """1: each posting has two sides, a positive amount and one currency, so no journal can be out of balance."""
    for line in lane.lines:
        assert line.amount_minor > 0 and line.debit != line.credit, line
        assert lane.accounts[line.debit].currency == lane.accounts[line.credit].currency, line


def pools_never_net(lane: Lane) -> None:
    """14: both sides of a posting stand in one pool."""
    for line in lane.lines:
        assert lane.accounts[line.debit].pool == lane.accounts[line.credit].pool, line


def balances_are_their_postings(lane: Lane) -> None:
    """2: replayed from nothing, each balance is the stored one, with the sequence of its last posting."""
    balances, last = {account: after[-1] if after else 0 for account, after in lane.replayed.items()}, lane.last
    assert balances == {account: balance for account, (balance, _) in lane.balances.items()}
    assert all(lane.balances[account][1] == seq for account, seq in last.items())


def nothing_is_below_zero(lane: Lane) -> None:
    """3: at no posting any account stood below zero."""
    for account, after in lane.replayed.items():
        assert min(after, default=0) >= 0, lane.name(account)


def every_past_balance_can_be_told(lane: Lane) -> None:
    """33: what a posting says stood on both its accounts after it is what all postings until then come to."""
    told: defaultdict[int, list[int]] = defaultdict(list)
    for line in lane.lines:
        told[line.debit].append(line.debit_after)
        told[line.credit].append(line.credit_after)
    for account, after in lane.replayed.items():
        assert told[account] == after, lane.name(account)


def holders_have_their_five_accounts(lane: Lane) -> None:
    """4: what a holder has is what stands on five accounts of his own, in his pool: available to frozen."""
    for holder in lane.holders.values():
        five = [lane.accounts[holder.base + place] for place in range(len(HOLDER_CODES))]
        assert [(account.code, account.owner, account.pool) for account in five] == [
            (code, holder.id, holder.pool) for code in HOLDER_CODES
        ], holder


def held_is_what_is_held(lane: Lane) -> None:
    """5: what stands in 2020 and 2125 is the open rest of its owner's holds."""
    expected: Counter[tuple[str, str]] = Counter()
    for hold in lane.holds:
        assert lane.owner(hold.account) == hold.owner, hold
        expected[hold.owner, lane.code(hold.account)] += hold.remaining_minor
    _stands(lane, expected, "2020", "2125")


def outbound_is_what_is_on_its_way(lane: Lane) -> None:
    """17: what stands in 2030 and 2155 is on its way to a bank that has not said what it did."""
    expected: Counter[tuple[str, str]] = Counter()
    for withdrawal in lane.all(Withdrawal):
        if withdrawal.state in ("held", "sent", "in_doubt"):
            expected[withdrawal.holder, "2030"] += withdrawal.amount_minor
    for payout in lane.all(Payout):
        if payout.state in ("held", "sent", "in_doubt") and payout.came_from:
            expected[lane.owner(payout.account), lane.code(payout.account)] += payout.amount_minor
    _stands(lane, expected, "2030", "2155")


def uncleared_is_what_no_bank_has_shown(lane: Lane) -> None:
    """27: 2015 and 1020 are the deposits a channel owes; so no uncleared money stands where it can be used."""
    expected: Counter[tuple[str, str]] = Counter()
    for deposit in lane.all(Deposit):
        if deposit.state == "uncleared":
            expected[deposit.holder, UNCLEARED] += deposit.amount_minor
            expected[deposit.clearing, "1020"] += deposit.amount_minor
    _stands(lane, expected, "2015", "1020")


def _stands(lane: Lane, expected: Counter[tuple[str, str]], *codes: str) -> None:
    for account, (balance, _) in lane.balances.items():
        if lane.code(account) in codes:
            assert balance == expected[lane.owner(account), lane.code(account)], lane.name(account)


def suspense_is_its_items(lane: Lane) -> None:
    """14 and 31: what stands on 2210, 2220 and 2230 of a pool is what is left of its items, and of no other pool's."""
    left: Counter[tuple[str, str]] = Counter()
    for item in lane.all(SuspenseItem):
        assert 0 <= item.left_minor <= item.amount_minor, item
        assert (item.left_minor == 0) is (item.state in ("allocated", "returned_to_source", "unclaimed")), item
        assert bool(item.break_id) is (item.code == "2230"), item
        left[item.pool, item.code] += item.left_minor
    for account, (balance, _) in lane.balances.items():
        if lane.code(account) in ("2210", "2220", "2230"):
            assert balance == left[lane.owner(account), lane.code(account)], lane.name(account)


def holds_are_used_as_they_were_opened(lane: Lane) -> None:
    """6: a bid's owner, purpose and listing are those it was opened with; what left a hold is what it says, once."""
    opened = dict(lane.out_of_holds)
    for hold in lane.holds:
        assert min(hold.captured_minor, hold.released_minor, hold.remaining_minor) >= 0, hold
        assert (hold.state == "open") is (hold.remaining_minor > 0), hold
        lines = opened.pop((hold.account, hold.seq), [])
        assert sum(line.amount_minor for line in lines) == hold.released_minor + hold.captured_minor, hold
        asked = lane.body(hold.seq)
        if lane.instructions[hold.seq].kind == "bid_hold" and not hold.id.endswith(":marketing"):
            assert (hold.purpose, hold.owner, hold.listing) == ("bid", asked["lender"], asked["listing"]), hold
            assert hold.amount_minor == asked["amount_minor"], hold
    for (account, seq), lines in opened.items():  # a repayment or purchase in one journal holds and pays at once
        assert lane.instructions[seq].kind in ("repayment", "claim_purchase"), (account, seq)
        assert {line.seq for line in lines} == {seq}, (account, seq)


def what_is_released_returns_to_its_owner(lane: Lane) -> None:
    """7: what a hold says was released came back to its owner, and to nobody else."""
    for hold in lane.holds:
        lines = lane.out_of_holds.get((hold.account, hold.seq), ())
        back = sum(line.amount_minor for line in lines if lane.owner(line.credit) == hold.owner)
        assert back == hold.released_minor, hold


def captures_pay_only_whom_they_may(lane: Lane) -> None:
    """12: what leaves a hold for somebody else goes where its purpose allows."""
    for hold in lane.holds:
        for line in lane.out_of_holds.get((hold.account, hold.seq), ()):
            if lane.owner(line.credit) != hold.owner:
                assert lane.name(line.credit) in _payees(lane, hold), (hold, line)


def _payees(lane: Lane, hold: Hold) -> set[str]:
    if hold.purpose in ("bid", "marketing_bid"):
        return {f"{lane.listings[hold.listing].borrower}:2010"}
    if hold.purpose == "withdrawal_fee":
        return {"main:2110"}
    if hold.purpose == "general":
        return set()
    return {f"{claim.holder}:2010" for claim in lane.claims if claim.listing == hold.listing}


def what_leaves_a_bucket_names_what_opened_it(lane: Lane) -> None:
    """6 and 7, and no reversal without its original: the instruction cited put money on that very account before."""
    put = {(line.credit, line.opened) for line in lane.lines}
    for line in lane.lines:
        if lane.code(line.debit) in ("2015", "2020", "2030", "2125"):
            assert line.opened is not None and (line.debit, line.opened) in put, line


def money_leaves_only_as_a_withdrawal_or_payout(lane: Lane) -> None:
    """8: 1010 is credited once for each withdrawal and payout the bank paid, with its amount, from the account it names."""
    out = [line for line in lane.lines if lane.code(line.credit) == CASH]
    firm = [line for line in out if lane.code(line.debit) in FIRM_EXITS]
    assert all(lane.instructions[line.seq].kind in FIRM_EXITS[lane.code(line.debit)] for line in firm)
    paid: Counter[tuple[int, int | None, int]] = Counter()
    for withdrawal in lane.all(Withdrawal):
        if withdrawal.state in ("settled", "returned", "recredited"):
            outbound = lane.holders[withdrawal.holder].outbound
            paid[outbound, withdrawal.seq, withdrawal.amount_minor] += 1
    items = {item.id: item for item in lane.all(SuspenseItem)}
    for payout in lane.all(Payout):
        if payout.state in ("settled", "returned"):
            opened = items[payout.subject].seq if payout.kind == "suspense_return" else payout.seq
            paid[payout.account, opened, payout.amount_minor] += 1
    assert Counter((line.debit, line.opened, line.amount_minor) for line in out if line not in firm) == paid
    own = {payout.account for payout in lane.all(Payout) if payout.kind in ("platform_money", "top_up_back")}
    assert all(lane.code(account) == "2155" for account in own)


def cover_is_full(lane: Lane) -> None:
    """11 as corrected: (a) liabilities without 2015 = cash and what the firm owes, (b) 2015 = 1020, (c) cash covers, or
    the pool is short."""
    for pool in lane.all(Pool):
        sums: Counter[str] = Counter()
        for account, (balance, _) in lane.balances.items():
            if lane.accounts[account].pool == pool.id:
                sums[lane.code(account)] += balance
        clients = sum(balance for code, balance in sums.items() if code[0] == "2" and code != UNCLEARED)
        assert clients + sums["3010"] == sums[CASH] + sums["1030"] + sums["1040"], pool.id
        assert sums[UNCLEARED] == sums["1020"], pool.id
        assert (clients > sums[CASH]) is (pool.state in SHORT), pool


def what_the_firm_owes_is_its_rows(lane: Lane) -> None:
    """11 and 30: 1030, 1040 and 2310 are their shortfalls, debts and unclaimed balances; what is late is notified."""
    left: Counter[tuple[str, str]] = Counter()
    for row in lane.all(Shortfall):
        assert 0 <= row.made_good_minor <= row.amount_minor, row
        assert (row.made_good_minor == row.amount_minor) is (row.state == "made_good"), row
        if row.cause != "client_debt":
            left[row.pool, "1030"] += row.amount_minor - row.made_good_minor
    for debt in lane.all(ClientDebt):
        left[debt.holder, "1040"] += debt.amount_minor - debt.repaid_minor if debt.state != "borne" else 0
    for apart in lane.all(Unclaimed):
        given_minor = apart.given_back_minor if apart.state != "handed_over" else apart.amount_minor
        left[apart.holder, "2310"] += apart.amount_minor - given_minor
    for account, (balance, _) in lane.balances.items():
        if lane.code(account) in ("1030", "1040", "2310"):
            assert balance == left[lane.owner(account), lane.code(account)], lane.name(account)


def corrections_mirror_what_was_credited(lane: Lane) -> None:
    """1 and 9: each adjustment names a line that credited its client, and all of a line's take back at most its amount."""
    lines = {(line.seq, line.line): line for line in lane.lines}
    taken: Counter[tuple[int, int]] = Counter()
    for row in lane.all(Adjustment):
        credit = lines[row.of_seq, row.line]
        assert lane.name(credit.credit) == f"{row.holder}:2010" and lane.instructions[row.of_seq].id == row.of, row
        taken[row.of_seq, row.line] += row.amount_minor if row.state == "posted" else 0
        assert taken[row.of_seq, row.line] <= credit.amount_minor, row


# ── authority ────────────────────────────────────────────────────────────────
def every_client_debit_cites_an_authority(lane: Lane) -> None:
    """9: a debit of 2010, and a capture, cites P, A or F of its owner, of its type, listing and amount."""
    spent: Counter[int] = Counter()
    for line in lane.lines:
        same_owner = lane.owner(line.debit) == lane.owner(line.credit)
        if lane.code(line.debit) != "2010" and (lane.code(line.debit) != "2020" or same_owner):
            continue
        assert line.authority is not None, (lane.name(line.debit), line)
        given, kind = lane.authorities[line.authority], lane.instructions[line.seq].kind
        if given.type == "legal_order":  # over a person, whatever the instruction
            assert (given.kind, lane.code(line.credit)) == ("L", "2040") and given.seq <= line.seq, (given, line)
            assert given.owner == lane.holders[lane.owner(line.debit)].person, (given, line)
            continue
        assert given.owner == lane.owner(line.debit) and given.seq <= line.seq, (given, line)
        of_schedule = lane.code(line.credit) == "2110" and (kind, given.type) != ("fee_charge", "fee_charge")
        if of_schedule or (given.kind == "F" and same_owner):
            assert given.kind == "F" and given.type == "fee_consent", (given, line)
        elif kind in TYPE_OF:
            assert given.kind in "PA" and given.type == TYPE_OF[kind], (given, line)
        elif kind in BY_TWO:
            assert (given.kind, given.type, given.seq) == (BY_TWO[kind], kind, line.seq), (given, line)
        if lane.code(line.debit) == "2010" and given.kind not in "FL":
            spent[given.seq] += line.amount_minor
    spent.subtract(given_back(lane))
    for seq, amount_minor in spent.items():
        assert amount_minor <= lane.authorities[seq].amount_minor, lane.authorities[seq]


def given_back(lane: Lane) -> Counter[int]:
    """Return what holds and withdrawals made under a standing authority gave back to its owner, by authority."""
    under: dict[tuple[int, int], int] = {}
    back: Counter[int] = Counter()
    for line in lane.lines:
        code = lane.code(line.debit)
        if code == "2010" and line.authority is not None and line.opened is not None:
            under[line.credit, line.opened] = line.authority
        same_owner = lane.owner(line.debit) == lane.owner(line.credit) and lane.code(line.credit) == "2010"
        authority = under.get((line.debit, line.opened or 0))
        if code not in ("2020", "2030") or not same_owner or authority is None:
            continue
        if lane.authorities[authority].kind == "A":
            back[authority] += line.amount_minor
    return back


def mandates_are_used_within_their_cap(lane: Lane) -> None:
    """10: what was debited under a mandate and did not come back is what it says was used, and at most its cap."""
    used: Counter[int] = Counter()
    used.subtract(given_back(lane))
    for line in lane.lines:
        if lane.code(line.debit) == "2010" and line.authority is not None:
            used[line.authority] += line.amount_minor
    for mandate in lane.all(Mandate):
        assert mandate.used_minor == used[mandate.authority] <= mandate.cap_minor, mandate
        assert lane.authorities[mandate.authority].owner == mandate.holder, mandate


def fees_come_only_from_clients_who_consented(lane: Lane) -> None:
    """13: the platform's accounts take nothing from clients but fees, under the client's F."""
    for line in lane.lines:
        of_client = lane.owner(line.debit) in lane.holders
        if of_client and lane.owner(line.credit) not in lane.holders and lane.code(line.credit) != CASH:
            if lane.code(line.credit) == "1020":  # a deposit that failed is taken off again
                assert lane.code(line.debit) == UNCLEARED, line
            elif lane.code(line.credit) == "2210":  # a wrong credit of another's money: it waits for its owner
                assert lane.instructions[line.seq].kind == "adjustment", line
            else:
                assert lane.code(line.credit) == "2110", line
                assert line.authority is not None, line
                allowed = lane.authorities[line.authority]
                assert allowed.kind == "F" or allowed.type == "fee_charge", line


def fees_are_as_disclosed(lane: Lane) -> None:
    """44: a fee is taken as the client was told, and stands as a charge; what was given back is at most that."""
    taken: Counter[tuple[int, str]] = Counter()
    refunded: Counter[str] = Counter()
    for line in lane.lines:
        stored = lane.instructions[line.seq]
        if lane.code(line.credit) == "2110" and lane.owner(line.debit) in lane.holders:
            taken[line.seq, lane.owner(line.debit)] += line.amount_minor
        if stored.kind == "fee_refund" and lane.code(line.debit) in ("2110", "1030"):
            refunded[_asked(lane, line)["charge"]] += line.amount_minor
        if stored.kind == "fee_charge":
            assert line.amount_minor == _asked(lane, line)["fee_minor"], line
    for charge in lane.all(FeeCharge):
        assert charge.fee_minor == taken.pop((charge.seq, charge.holder)), charge
        assert charge.refunded_minor == refunded.pop(charge.id, 0) <= charge.fee_minor, charge
    assert not taken and not refunded, (taken, refunded)


def _asked(lane: Lane, line: Line) -> dict[str, Any]:
    body: dict[str, Any] = msgspec.json.decode(lane.instructions[line.seq].body)
    return body


def red_packets_are_counted_and_never_come_back(lane: Lane) -> None:
    """14 of the decisions: a day's total is what was given, out of marketing money, and nothing takes it back."""
    packets = [
        line
        for line in lane.lines
        if lane.instructions[line.seq].kind == "red_packet" and lane.code(line.debit) != "2010"
    ]  # a legal order may take on what it gave
    given = sum(line.amount_minor for line in packets)
    assert all((lane.code(line.debit), lane.code(line.credit)) == ("2120", "2010") for line in packets), packets
    totals = [total for total in lane.all(DailyTotal) if total.id.startswith("red_packet:")]
    assert sum(total.amount_minor for total in totals) == given
    cap = RED_PACKETS_A_DAY if any(day.pack == "cn_p2p" for day in lane.all(Day)) else given
    assert all(total.amount_minor <= cap for total in totals), totals
    for line in lane.lines:
        if lane.code(line.credit) == "2120":
            assert lane.owner(line.debit) not in lane.holders, line


def locked_accounts_are_not_debited(lane: Lane) -> None:
    """39: while an account is locked, nothing its client begins debits it; what is due under a mandate to repay does."""
    is_locked: dict[str, bool] = {}
    lines: defaultdict[int, list[Line]] = defaultdict(list)
    for line in lane.lines:
        if lane.code(line.debit) == "2010":
            lines[line.seq].append(line)
    for stored in lane.instructions.values():
        if stored.state == "done" and stored.kind in ("person_lock_here", "person_unlock_here"):
            here = stored.kind == "person_lock_here"
            is_locked |= dict.fromkeys(msgspec.json.decode(stored.detail).get("accounts", ()), here)
        for line in lines[stored.seq] if any(is_locked.values()) else ():
            if is_locked.get(lane.owner(line.debit)) and line.authority is not None:
                given = lane.authorities[line.authority]
                assert (given.kind, given.seq) != ("P", line.seq), (given, line)
                assert given.kind != "A" or given.type == "repayment", (given, line)


def doubts_end_only_by_evidence(lane: Lane) -> None:
    """17: a withdrawal in doubt is rejected only by a final word, and nothing that ended begins again."""
    state: dict[str, str] = {}
    for stored in lane.instructions.values():
        if stored.kind != "withdrawal_result" or stored.state != "done":
            continue
        told = msgspec.json.decode(stored.body)
        withdrawal, status = told["withdrawal"], told["status"]
        before = state.get(withdrawal, "sent")
        assert before in ("sent", "timed_out"), (before, stored)
        assert (before, status) != ("timed_out", "rejected") or told["finality"], stored
        state[withdrawal] = status


def accounts_that_ended_stay_empty(lane: Lane) -> None:
    """39: who is not active starts no debit; a closed account has nothing, owes nothing, and nothing comes to it."""
    active = {"active"}
    states = {holder: [(0, "active")] for holder in lane.holders}
    for move in lane.store.moves(lane.lane):
        if move.machine == "account":
            states[move.subject].append((move.seq, move.state))
    for line in lane.lines:
        for account in (line.debit, line.credit):
            for since, state in states.get(lane.owner(account), ()):
                late = state == "closed" and line.seq > since
                assert not late or lane.code(account) == "1040", (
                    lane.name(account),
                    line,
                )  # a channel takes back later
        if lane.code(line.debit) == "2010" and line.authority is not None:
            before = [state for since, state in states[lane.owner(line.debit)] if since < line.seq]
            given = lane.authorities[line.authority]
            assert (given.kind, given.seq) != ("P", line.seq) or before[-1] in active, line
    for claim in lane.claims:
        assert lane.holders[claim.holder].state != "closed" or claim.principal_minor == 0, claim
    for card in lane.all(Card):
        assert lane.holders[card.holder].state != "closed" or card.state not in ("active", "invalid"), card


# ── legal orders ─────────────────────────────────────────────────────────────
def frozen_is_what_orders_hold(lane: Lane) -> None:
    """4 and 38: 2040 is the sum of the freezes, each order's is the sum of its own, and at most what it may."""
    left: Counter[int] = Counter()
    totals: defaultdict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    for freeze in lane.all(Freeze):
        assert freeze.left_minor >= 0 and lane.owner(freeze.account) == freeze.holder, freeze
        left[freeze.account] += freeze.left_minor
        parts = (freeze.frozen_minor, freeze.taking_minor, freeze.taken_minor)
        totals[freeze.legal_order] = [a + b for a, b in zip(totals[freeze.legal_order], parts, strict=True)]
    for account, (balance, _) in lane.balances.items():
        if lane.code(account) == "2040":
            assert balance == left[account], lane.name(account)
    for order in lane.all(OrderHere):
        assert totals[order.id] == [order.frozen_minor, order.taking_minor, order.taken_minor], order
        assert order.frozen_minor <= max(order.limit_minor, order.taking_minor + order.taken_minor), order
    for order in lane.all(LegalOrder):
        shares = [share for share in lane.all(OrderShare) if share.legal_order == order.id]
        assert order.filled_minor == sum(share.filled_minor for share in shares) <= order.amount_minor, order
        assert order.taken_minor == sum(share.taken_minor for share in shares) <= order.filled_minor, order


def nothing_slips_past_a_waiting_order(lane: Lane) -> None:
    """38: each holder knows how many orders are over him; while one waits he has nothing available, after any journal."""
    currencies = {pool.id: pool.currency for pool in lane.all(Pool)}
    orders = [order for order in lane.all(OrderHere) if order.state == "in_force"]
    for holder in lane.holders.values():
        over = [o for o in orders if (o.person, o.currency) == (holder.person, currencies[holder.pool])]
        waiting = sum(order.waits for order in over)
        assert (holder.waiting_orders, holder.legal_orders) == (waiting, len(over)), holder
        assert not waiting or lane.balances[holder.available][0] == 0, holder


# ── the sequence ─────────────────────────────────────────────────────────────
def no_id_is_decided_twice(lane: Lane) -> None:
    """16: every id has one body, one answer and one effect."""
    assert len({stored.id for stored in lane.instructions.values()}) == len(lane.instructions)


def sequence_has_no_gap(lane: Lane) -> None:
    """18: sequences from 1 on, postings in their order, and only under what was done."""
    assert list(lane.instructions) == list(range(1, len(lane.instructions) + 1))
    assert all(lane.instructions[line.seq].state == "done" for line in lane.lines)
    assert all(lane.instructions[seq].state == "done" for seq in lane.authorities)
    assert all(before[:2] < after[:2] for before, after in pairwise(lane.lines))
    assert lane.store.head(lane.lane).head == len(lane.instructions)


def closed_days_take_nothing(lane: Lane) -> None:
    """32: days only go on, and what was decided after a close stands in a later day."""
    batches = lane.store.decided(lane.lane)
    for before, after in pairwise(batches):
        assert before.business_date <= after.business_date, (before, after)
    closed = [
        (s.seq, lane.body(s.seq)) for s in lane.instructions.values() if s.kind == "day_close" and s.state == "done"
    ]
    for batch in batches:
        for seq, close in closed:
            day = batch.business_date.isoformat()
            assert day <= close["date"] if batch.last_seq <= seq else day >= close["next_date"], (batch, close)


def decisions_keep_their_rules(lane: Lane) -> None:
    """45: every batch has the pack, its version and the hash of the rules that were in force on its day."""
    for batch in lane.store.decided(lane.lane):
        pack = PACKS.get(batch.pack)
        if pack is not None and batch.pack_version == pack.version:
            assert batch.rule_set_hash == rule_set_hash(pack, batch.business_date), batch
        else:
            assert pack is None or (batch.pack_version and batch.rule_set_hash), batch


# ── listings and claims ──────────────────────────────────────────────────────
def listings_count_their_holds(lane: Lane) -> None:
    """20: raised = captured + open, at most the amount; full is what is raised whole."""
    for listing in lane.listings.values():
        bids = [hold for hold in lane.holds if hold.listing == listing.id and hold.purpose in ("bid", "marketing_bid")]
        open_minor = sum(hold.remaining_minor for hold in bids)
        captured_minor = sum(hold.captured_minor for hold in bids)
        assert (listing.held_minor, listing.lent_minor) == (open_minor, captured_minor), listing
        assert open_minor + captured_minor <= listing.amount_minor, listing
        assert listing.repaid_minor <= listing.lent_minor, listing
        assert listing.state != "full" or open_minor == listing.amount_minor, listing


def raises_end_with_nothing_open(lane: Lane) -> None:
    """22: a failed raise holds and has captured nothing, a disbursed one holds nothing, a repaid one is owed nothing."""
    for listing in lane.listings.values():
        bids = [hold for hold in lane.holds if hold.listing == listing.id and hold.purpose in ("bid", "marketing_bid")]
        open_minor = sum(hold.remaining_minor for hold in bids)
        captured_minor = sum(hold.captured_minor for hold in bids)
        if listing.state in ("failed", "failing"):
            assert captured_minor == 0 and (open_minor == 0 or listing.state == "failing"), listing
        if listing.state in ("disbursed", "repaid"):
            assert open_minor == 0 and captured_minor > 0, listing
        if listing.state == "repaid":
            assert listing.repaid_minor == listing.lent_minor, listing


def claims_are_what_was_lent_and_not_repaid(lane: Lane) -> None:
    """21: per listing and per claim, from the rows and from the register's own lines; nobody's is negative."""
    register: defaultdict[str, list[int]] = defaultdict(lambda: [0] * 5)
    for line in lane.store.claim_lines(lane.lane):
        amounts = (line.principal_minor, line.interest_minor, line.late_minor, line.recourse_interest_minor,
                   line.recourse_late_minor)  # fmt: skip
        for place, amount in enumerate(amounts):
            register[line.claim][place] += amount
    totals: defaultdict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    for claim in lane.claims:
        figures = [claim.principal_minor, claim.interest_minor, claim.late_minor, claim.recourse_interest_minor,
                   claim.recourse_late_minor]  # fmt: skip
        assert min(figures) >= 0 and figures == register.pop(claim.id), claim
        paid = [figures[0], figures[1] - figures[3], figures[2] - figures[4]]
        totals[claim.listing] = [a + b for a, b in zip(totals[claim.listing], paid, strict=True)]
    assert not register, register
    for listing in lane.listings.values():
        owed = [listing.lent_minor - listing.repaid_minor, listing.interest_minor, listing.late_minor]
        assert totals[listing.id] == owed, listing


def guarantors_have_what_they_paid_for(lane: Lane) -> None:
    """19 and 20: what is compensated on the plan is what guarantors may ask, each he who paid it."""
    asked: defaultdict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    for claim in lane.claims:
        if claim.rank == 2:
            assert claim.weight_minor == claim.interest_minor == 0, claim
            if lane.instructions[claim.seq].kind == "compensation":
                assert claim.holder == lane.body(claim.seq)["guarantor"], claim
            parts = (claim.principal_minor, claim.recourse_interest_minor, claim.recourse_late_minor)
            asked[claim.listing] = [a + b for a, b in zip(asked[claim.listing], parts, strict=True)]
    for row in lane.all(PlanRow):
        parts = (row.compensated_principal_minor, row.compensated_interest_minor, row.compensated_late_minor)
        asked[row.listing] = [a - b for a, b in zip(asked[row.listing], parts, strict=True)]
    assert all(left == [0, 0, 0] for left in asked.values()), asked


def parts_of_a_loan_are_all_there(lane: Lane) -> None:
    """21: whoever holds them, the weights of a loan's claims sum to what was lent; what is on sale is held."""
    weights: Counter[str] = Counter()
    carried: Counter[str] = Counter()
    for claim in lane.claims:
        weights[claim.listing] += claim.weight_minor
        carried[claim.listing] += claim.carried_interest_minor
        carried[f"{claim.listing} late"] += claim.carried_late_minor
    assert not any(carried.values()), carried
    for listing in lane.listings.values():
        assert weights[listing.id] == listing.lent_minor, listing
    claims = {claim.id: claim for claim in lane.claims}
    open_sales = [sale for sale in lane.all(ClaimSale) if sale.state == "open"]
    assert len({sale.claim for sale in open_sales}) == len(open_sales), "a share is offered twice"
    assert {sale.claim for sale in open_sales} == {claim.id for claim in lane.claims if claim.state == "on_sale"}
    assert all(0 < sale.left_minor <= claims[sale.claim].principal_minor for sale in open_sales)


def trustee_payees_get_what_was_named(lane: Lane) -> None:
    """12: under a naming nobody else is paid, and he gets all of it or nothing."""
    paid: Counter[int] = Counter()
    for line in lane.lines:
        given = lane.authorities.get(line.authority or 0)
        if given is not None and given.type == "trustee_payee":
            assert lane.name(line.credit) == f"{given.payee}:2010", (given, line)
            paid[given.seq] += line.amount_minor
    for payee in lane.all(TrusteePayee):
        is_running = lane.listings[payee.listing].state == "disbursing"
        assert paid[payee.authority] == (payee.amount_minor if payee.state == "paid" else 0) or is_running, payee


def repayments_follow_the_register(lane: Lane) -> None:
    """23: of principal repaid in one journal each lender got his quota of what was outstanding, to less than one unit."""
    outstanding: Counter[str] = Counter()
    rank = {claim.id: claim.rank for claim in lane.claims}
    for seq, lines in groupby(lane.store.claim_lines(lane.lane), key=lambda line: line.seq):
        moved = list(lines)
        listing = moved[0].listing
        if lane.instructions[seq].kind == "repayment":
            paid = {line.claim: -line.principal_minor for line in moved if rank.get(line.claim) == 1}
            of = {c.id: outstanding[c.id] for c in lane.claims if c.listing == listing and c.rank == 1}
            total, whole = sum(paid.values()), sum(of.values())
            for claim, had in of.items():
                assert abs(paid.get(claim, 0) * whole - total * had) < max(whole, 1), (claim, seq)
        for line in moved:
            outstanding[line.claim] += line.principal_minor


def fees_are_those_agreed(lane: Lane) -> None:
    """44: what a withdrawal costs is what the item of the confirmed schedule says, at most, and less only by a cap a month."""
    items = {(row.id, item.item): item for row in lane.all(FeeSchedule) for item in row.items}
    for withdrawal in lane.all(Withdrawal):
        asked = lane.body(withdrawal.seq)
        if not asked["fee_item"]:
            assert withdrawal.fee_minor == 0, withdrawal
            continue
        fees = []
        for (version, name), item in items.items():
            if name == asked["fee_item"] and version.startswith(asked["fee_schedule"] + ":"):
                exact = Fraction(withdrawal.amount_minor * item.rate_bp, 10_000)
                fee = item.fixed_minor + round(exact)  # half to even
                fees.append(min(fee, item.cap_minor) if item.cap_minor else fee)
                if item.month_cap_minor and withdrawal.fee_minor < fees[-1]:
                    fees.append(withdrawal.fee_minor)
        assert withdrawal.fee_minor in fees, (withdrawal, fees)


def own_money_is_a_top_up(lane: Lane) -> None:
    """15: the firm's own money stands in a pool only as a top-up, dated, with a reason and two names."""
    for line in lane.lines:
        if lane.code(line.credit) == "3010":
            assert lane.instructions[line.seq].kind in TOP_UPS, line


def guarantors_pay_what_they_guaranteed(lane: Lane) -> None:
    """26: who compensates gave his word for that listing before; he is neither its borrower nor the platform's own."""
    words = {(row.listing, row.guarantor): row for row in lane.all(Guarantee)}
    for stored in lane.instructions.values():
        if stored.kind == "compensation" and stored.state == "done":
            asked = lane.body(stored.seq)
            word = words.get((asked["listing"], asked["guarantor"]))
            assert word is not None and word.seq < stored.seq, stored
            borrower = lane.listings[asked["listing"]].borrower
            assert word.person != lane.holders[borrower].person, stored


def plan_rows_are_never_overpaid(lane: Lane) -> None:
    """46: paid at most what is due, and what was paid on the rows is what the listing was repaid."""
    paid: defaultdict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    principal: Counter[str] = Counter()
    for row in lane.all(PlanRow):
        assert 0 <= row.paid_principal_minor <= row.principal_minor - row.compensated_principal_minor, row
        assert 0 <= row.paid_interest_minor <= row.interest_minor - row.compensated_interest_minor, row
        assert min(row.paid_late_minor, row.compensated_principal_minor, row.compensated_interest_minor) >= 0, row
        parts = (row.paid_principal_minor, row.paid_interest_minor, row.paid_late_minor)
        paid[row.listing] = [a + b for a, b in zip(paid[row.listing], parts, strict=True)]
        principal[row.listing] += row.principal_minor
    for listing in lane.listings.values():
        if listing.state in ("disbursed", "repaid"):
            assert principal[listing.id] == listing.lent_minor, listing
            assert paid[listing.id] == [listing.repaid_minor, listing.interest_minor, listing.late_minor], listing


def nobody_lends_to_himself(lane: Lane) -> None:
    """24, by identity and not by account."""
    for hold in lane.holds:
        if hold.purpose == "bid":
            borrower = lane.holders[lane.listings[hold.listing].borrower]
            assert lane.holders[hold.owner].person != borrower.person, hold
    guarantors: defaultdict[str, set[str]] = defaultdict(set)
    for guarantee in lane.all(Guarantee):
        guarantors[guarantee.listing].add(lane.holders[guarantee.guarantor].person)
    for claim in lane.claims:
        person, borrower = lane.holders[claim.holder].person, lane.holders[lane.listings[claim.listing].borrower].person
        assert person != borrower, claim
        assert claim.rank == 2 or person not in guarantors[claim.listing], claim


def borrowers_are_within_their_cap(lane: Lane) -> None:
    """25 on one platform: what is open or owed is at most the cap of the borrower's kind."""
    owed: Counter[str] = Counter()
    for listing in lane.listings.values():
        if listing.state in ("registered", "raising", "full", "disbursing"):
            owed[listing.borrower] += listing.amount_minor
        else:
            owed[listing.borrower] += listing.lent_minor - listing.repaid_minor
    for borrower, owed_minor in owed.items():
        assert owed_minor <= CAPS[lane.holders[borrower].kind], borrower


def exposures_are_their_reservations(lane: Lane) -> None:
    """25 across platforms (30): what a person has reserved is the sum of his reservations, within his cap."""
    reserved: Counter[str] = Counter()
    for reservation in lane.all(Reservation):
        assert reservation.amount_minor >= 0 and (reservation.amount_minor == 0) is (reservation.state == "released")
        reserved[f"{reservation.person}:{reservation.currency}"] += reservation.amount_minor
    for exposure in lane.all(Exposure):
        assert exposure.reserved_minor == reserved.pop(exposure.id) <= max(CAPS_ACROSS.values()), exposure
    assert not reserved


INVARIANTS: tuple[Callable[[Lane], None], ...] = (
    postings_are_two_sided_in_one_currency,
    pools_never_net,
    balances_are_their_postings,
    nothing_is_below_zero,
    every_past_balance_can_be_told,
    holders_have_their_five_accounts,
    held_is_what_is_held,
    outbound_is_what_is_on_its_way,
    uncleared_is_what_no_bank_has_shown,
    holds_are_used_as_they_were_opened,
    what_is_released_returns_to_its_owner,
    captures_pay_only_whom_they_may,
    what_leaves_a_bucket_names_what_opened_it,
    suspense_is_its_items,
    money_leaves_only_as_a_withdrawal_or_payout,
    cover_is_full,
    what_the_firm_owes_is_its_rows,
    corrections_mirror_what_was_credited,
    every_client_debit_cites_an_authority,
    mandates_are_used_within_their_cap,
    fees_come_only_from_clients_who_consented,
    fees_are_as_disclosed,
    red_packets_are_counted_and_never_come_back,
    locked_accounts_are_not_debited,
    doubts_end_only_by_evidence,
    frozen_is_what_orders_hold,
    nothing_slips_past_a_waiting_order,
    accounts_that_ended_stay_empty,
    no_id_is_decided_twice,
    sequence_has_no_gap,
    closed_days_take_nothing,
    decisions_keep_their_rules,
    own_money_is_a_top_up,
    fees_are_those_agreed,
    guarantors_pay_what_they_guaranteed,
    listings_count_their_holds,
    raises_end_with_nothing_open,
    repayments_follow_the_register,
    claims_are_what_was_lent_and_not_repaid,
    guarantors_have_what_they_paid_for,
    parts_of_a_loan_are_all_there,
    trustee_payees_get_what_was_named,
    plan_rows_are_never_overpaid,
    nobody_lends_to_himself,
    borrowers_are_within_their_cap,
    exposures_are_their_reservations,
)


def check(store: Twin) -> None:
    """Assert every invariant of every lane."""
    for lane in store.lanes():
        stored = Lane(store, lane)
        for holds in INVARIANTS:
            holds(stored)
