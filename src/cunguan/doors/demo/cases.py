"""Cases (特殊情形): what goes wrong, or another way than usual, in the demo; each is looked up in the books at the end.

When    on fixed working days of the story, counted from 0
Shape   Case: what is told, a statement that reads what became of it, and what must stand there
Source  domain-decisions.md 5, 13-16, 23, 26, 29, 30; domain.md (k.3) S-01 to S-13
"""

from collections import defaultdict
from collections.abc import Callable
from datetime import timedelta
from typing import Any, Final

import msgspec

from cunguan.channels.demobank.bank import LATE, REJECT, RETURNED, Behaviour
from cunguan.doors.demo.bank import customer_of
from cunguan.doors.demo.books import BooksReader
from cunguan.doors.demo.caller import DemoFailed
from cunguan.doors.demo.custodian import CHECKER, MAKER, bank_account_of, reference_of
from cunguan.doors.demo.market import CALENDAR, YUAN, Client, Market, Offer, Venue
from cunguan.kernel.codes import Code
from cunguan.kernel.ids import reservation_id
from cunguan.operations.lending import MARKETING
from cunguan.operations.withdrawal import FEE_HOLD_DAYS, fee_hold_id

RIVER, HILL = 0, 1  # places of the venues
SILENT_DAYS: Final = 95
SILENT: Final = Behaviour(answers=False, after_days=SILENT_DAYS, callbacks=1)

_STATE: Final = "SELECT state FROM {} WHERE lane = %s AND id = %s"
_ANSWER: Final = "SELECT code FROM instruction WHERE lane = %s AND id = %s"
_WAY: Final = """
    SELECT string_agg(event, ', ' ORDER BY seq, line) FROM state_move
    WHERE lane = %s AND machine = '{}' AND subject = %s"""


class Case(msgspec.Struct, frozen=True):
    """One case: what is told, where it is read, what must stand there."""

    title: str
    statement: str
    params: tuple[Any, ...]
    expected: str


class Outcome(msgspec.Struct, frozen=True):
    """What became of a case, as the books have it."""

    title: str
    expected: str
    found: str

    @property
    def holds(self) -> bool:
        """Whether it is what must be."""
        return self.expected == self.found


class Cases:
    """The cases of one demo."""

    def __init__(self, market: Market, months: int) -> None:
        self.market, self.caller, self.months = market, market.caller, months
        self.custodian = market.custodian
        self.cases: list[Case] = []
        self.shown: Offer
        self._targets: list[Offer] = []
        self._acts: dict[int, list[Callable[[], None]]] = defaultdict(list)
        for number, act in (
            (1, self._shown), (1, self._late),
            (2, self._targets_open), (2, self._twice), (2, self._cap_before), (2, self._silent_bank),
            (3, self._cancel), (3, self._caps), (3, self._full_in_vain),
            (4, self._channel), (4, self._by_another),
            (5, self._withdrawals),
            (6, self._lock), (7, self._revoke), (8, self._unlock),
        ):  # fmt: skip
            self._acts[number].append(act)

    def act(self, number: int) -> None:
        """Do what stands on the calendar for this working day."""
        for act in self._acts.pop(number, []):
            act()
            self.caller.flush()

    def outcomes(self, books: BooksReader) -> list[Outcome]:
        """Read what became of every case."""
        return [Outcome(case.title, case.expected, _read(books, case)) for case in self.cases]

    # ── helpers ──────────────────────────────────────────────────────────────
    def _venue(self, place: int) -> Venue:
        return self.market.venues[place]

    def _lender(self, place: int, number: int) -> Client:
        return self._venue(place).lenders[number - 1]

    def _note(self, title: str, statement: str, *params: Any, expected: str) -> None:
        self.cases.append(Case(title, statement, params, expected))

    def _refused(
        self, title: str, lane: int, instruction: Any, code: Code, stored: tuple[int, str] | None = None
    ) -> None:
        """Hand in what must be refused; `stored` is where the refusal stands, if not under its own id."""
        self.caller.ask(lane, instruction, code)
        self._note(title, _ANSWER, *(stored or (lane, instruction.id)), expected=code.name)

    # ── loans ────────────────────────────────────────────────────────────────
    def _shown(self) -> None:
        """The listing whose T-accounts are printed: three lenders, a red packet, a fee; full and lent at once."""
        market, venue = self.market, self._venue(RIVER)
        offer = market.offer(venue, venue.borrowers[0], 100_000 * YUAN, is_for_all=False)
        market.list(offer, months=min(3, self.months - 1), rule="equal_principal", rate_e6=120_000)
        market.take_bid(offer, self._lender(RIVER, 1), 60_000 * YUAN)
        market.take_bid(offer, self._lender(RIVER, 2), 30_000 * YUAN)
        bid = market.take_bid(offer, self._lender(RIVER, 3), 9_900 * YUAN, marketing_minor=100 * YUAN)
        self.shown = offer
        self._note(
            "a bid with a red packet (红包)", _STATE.format("hold"), venue.lane, bid + MARKETING, expected="captured"
        )

    def _late(self) -> None:
        market, venue = self.market, self._venue(RIVER)
        offer = market.offer(venue, venue.borrowers[1], 60_000 * YUAN, is_for_all=False, late_days=12)
        market.list(offer, months=2, rule="equal_instalment", rate_e6=100_000)
        for number in (4, 5):
            market.take_bid(offer, self._lender(RIVER, number), 30_000 * YUAN)
        self._note(
            "a row paid 12 days late, with late charge (罚息)",
            "SELECT CASE WHEN late_minor > 0 THEN 'late charge paid' END FROM listing WHERE lane = %s AND id = %s",
            venue.lane, offer.name, expected="late charge paid",
        )  # fmt: skip

    def _targets_open(self) -> None:
        """Two listings that nobody fills: other cases bid for them, and the custodian's timer ends them."""
        market = self.market
        for place in (RIVER, HILL):
            venue = self._venue(place)
            until = CALENDAR.add_working_days(market.today, 7)
            offer = market.offer(venue, venue.borrowers[2], 80_000 * YUAN, is_for_all=False, raise_until=until)
            self._targets.append(market.list(offer, months=6, rule="bullet", rate_e6=90_000))
            market.take_bid(offer, self._lender(place, 6), 5_000 * YUAN)
            self._note(
                f"a raise on {venue.prefix} that ended short (流标)", _STATE.format("listing"), venue.lane, offer.name,
                expected="failed",
            )  # fmt: skip

    def _full_in_vain(self) -> None:
        market, venue = self.market, self._venue(HILL)
        offer = market.offer(venue, venue.borrowers[3], 20_000 * YUAN, is_for_all=False, is_disbursed=False)
        market.list(offer, months=1, rule="bullet", rate_e6=80_000)
        market.take_bid(offer, self._lender(HILL, 7), 20_000 * YUAN)
        self._note(
            "a full listing never disbursed: all given back", _STATE.format("listing"), venue.lane, offer.name,
            expected="failed",
        )  # fmt: skip

    # ── bids ─────────────────────────────────────────────────────────────────
    def _twice(self) -> None:
        offer = self._targets[RIVER]
        lane, bid = offer.venue.lane, self.market.bid(offer, self._lender(RIVER, 7), 1_000 * YUAN)
        first, second = self.caller.wave(lane, [bid, bid])
        if first != second:
            raise DemoFailed(f"{bid.id} was answered twice, and differently: {first}, {second}")
        self._note(
            "the same bid sent twice (幂等)",
            "SELECT count(*) || ' hold' FROM hold WHERE lane = %s AND listing = %s AND owner = %s",
            lane, offer.name, self._lender(RIVER, 7).holder, expected="1 hold",
        )  # fmt: skip

    def _cancel(self) -> None:
        offer, lender = self._targets[RIVER], self._lender(RIVER, 8)
        lane, bid = offer.venue.lane, self.market.bid(offer, lender, 5_000 * YUAN)
        cancel = self.caller.make(
            lane, f"cancel:{bid.id}", "bid_cancel", lender=lender.holder, hold=bid.id, amount_minor=5_000 * YUAN
        )
        self.caller.wave(lane, [bid, cancel])
        self._note("a bid taken back by its lender (撤标)", _STATE.format("hold"), lane, bid.id, expected="released")

    def _cap_before(self) -> None:
        venue = self._venue(RIVER)
        offer = self.market.offer(venue, venue.borrowers[3], 150_000 * YUAN)
        self.market.list(offer, months=6, rule="equal_instalment", rate_e6=100_000)

    def _caps(self) -> None:
        """One person borrows 150,000 on one platform; more than both caps allow is refused."""
        market, river, hill = self.market, self._venue(RIVER), self._venue(HILL)
        here = market.offer(river, river.borrowers[3], 60_000 * YUAN)
        there = market.offer(hill, hill.borrowers[0], 900_000 * YUAN)
        terms: dict[str, Any] = {"months": 6, "rule": "bullet", "rate_e6": 100_000}
        self._refused(
            "a second loan above the cap on one platform (20万)", river.lane, market.ask_for_loan(here, **terms),
            Code.borrower_cap_exceeded,
        )  # fmt: skip
        asked = market.ask_for_loan(there, **terms)
        self._refused(
            "a loan above the cap across platforms (100万)", hill.lane, asked, Code.cross_platform_cap_exceeded,
            (0, f"{reservation_id(asked.id)}:{hill.lane}"),
        )  # fmt: skip

    def _revoke(self) -> None:
        offer, lender = self._targets[RIVER], self._lender(RIVER, 6)
        lane, bid = offer.venue.lane, self.market.bid(offer, lender, 100 * YUAN)
        revoke = self.caller.make(lane, "revoke:1", "mandate_revoke", holder=lender.holder, mandate=lender.mandate)
        self.caller.ask(lane, revoke)
        self._refused("a bid under a mandate taken back (撤销授权)", lane, bid, Code.mandate_not_active)

    # ── persons ──────────────────────────────────────────────────────────────
    def _lock(self) -> None:
        """Lock a person who has accounts on both platforms: neither takes his bid from then on."""
        person = self._lender(RIVER, 9).person
        lock = self.caller.make(
            0, "lock-1", "person_lock", act="lock-1", person=person, reason="his phone was stolen", maker=MAKER
        )
        self.caller.ask(0, lock)
        self.custodian.wait_until_quiet()
        for place, offer in enumerate(self._targets):
            bid = self.market.bid(offer, self._lender(place, 9), 1_000 * YUAN)
            self._refused(
                f"his bid on {offer.venue.prefix} while he is locked (账户锁定)",
                offer.venue.lane,
                bid,
                Code.account_locked,
            )

    def _unlock(self) -> None:
        person = self._lender(RIVER, 9).person
        unlock = self.caller.make(
            0, "unlock-1", "person_unlock", act="unlock-1", lock="lock-1", person=person, reason="he has a new phone",
            maker=MAKER, checker=CHECKER,
        )  # fmt: skip
        self.caller.ask(0, unlock)
        self.custodian.wait_until_quiet()
        for place, offer in enumerate(self._targets):
            lane, bid = offer.venue.lane, self.market.bid(offer, self._lender(place, 9), 1_000 * YUAN)
            self.caller.ask(lane, bid)
            self._note(f"his bid on {offer.venue.prefix} after the unlock", _ANSWER, lane, bid.id, expected="done")

    # ── money in ─────────────────────────────────────────────────────────────
    def _channel(self) -> None:
        """Money announced by a channel is there when the bank shows it, not before."""
        market, venue, lender = self.market, self._venue(RIVER), self._lender(RIVER, 13)
        paid = market.pay_in(venue, lender, 3_000 * YUAN)
        lost = market.pay_in(venue, lender, 500 * YUAN, "failed")
        self.caller.flush()
        bid = market.bid(self._targets[RIVER], lender, 3_000 * YUAN)
        self._refused("a bid with money that is not settled (未到账)", venue.lane, bid, Code.insufficient_balance)
        for title, name, state in (
            ("its deposit, a working day later (充值到账)", paid, "cleared"),
            ("a deposit its channel never paid", lost, "failed"),
        ):
            self._note(title, _STATE.format("deposit"), venue.lane, name, expected=state)

    def _by_another(self) -> None:
        """Somebody else's transfer in a client's name waits in suspense."""
        venue, lender = self._venue(RIVER), self._lender(RIVER, 12)
        name, amount_minor = self.market.name("deposit"), 8_888
        self.custodian.bank.receive(reference_of(venue.lane, venue.pool), amount_minor, name)
        deposit = self.caller.make(
            venue.lane, name, "deposit_direct", holder=lender.holder, bank_account=bank_account_of(venue.pool),
            amount_minor=amount_minor, payer_matches=False, reference=name,
        )  # fmt: skip
        self.caller.ask(venue.lane, deposit)
        self._note(
            "a transfer by somebody else, 88.88 (挂账)",
            _STATE.format("deposit"),
            venue.lane,
            name,
            expected="in_suspense",
        )

    # ── money out ────────────────────────────────────────────────────────────
    def _withdraw(self, number: int, name: str, behaviour: Behaviour) -> int:
        venue, lender = self._venue(RIVER), self._lender(RIVER, number)
        self.custodian.bank.tell(customer_of(venue.lane), name, behaviour)
        self.caller.ask(venue.lane, self.market.withdrawal(venue, lender, 600 * YUAN, name))
        return venue.lane

    def _withdrawals(self) -> None:
        for title, number, name, behaviour, way in (
            ("a withdrawal the bank rejects (提现失败)", 10, "rejected", REJECT, "bank_rejected"),
            ("one in doubt that settles late (存疑后到账)", 11, "late", LATE, "timed_out, bank_confirmed"),
            ("one returned days later (退汇)", 12, "returned", RETURNED, "bank_confirmed, bank_returned, recredited"),
        ):  # fmt: skip
            name, way = f"withdrawal-{name}", f"sent_to_bank, {way}"
            lane = self._withdraw(number, name, behaviour)
            self._note(title, _WAY.format("withdrawal"), lane, name, expected=way)

    def _silent_bank(self) -> None:
        """The bank does not answer for months: the withdrawal stays in doubt, the hold of its fee expires."""
        name = "withdrawal-silent"
        lane = self._withdraw(14, name, SILENT)
        last, asked = self.market.days[-1], self.market.today
        way = ["sent_to_bank", "timed_out"]
        if last >= asked + timedelta(days=SILENT_DAYS):
            way.append("bank_confirmed")
        self._note(
            f"a withdrawal the bank does not answer for {SILENT_DAYS} days", _WAY.format("withdrawal"), lane, name,
            expected=", ".join(way),
        )  # fmt: skip
        expires = last > asked + timedelta(days=FEE_HOLD_DAYS)
        self._note(
            f"the hold of its fee after {FEE_HOLD_DAYS} days (到期释放)", _STATE.format("hold"), lane,
            fee_hold_id(name), expected="released" if expires else "open",
        )  # fmt: skip


def _read(books: BooksReader, case: Case) -> str:
    rows = books.ask(case.statement, case.params)
    found = rows[0][0] if rows else None
    if case.statement == _ANSWER and found is not None:
        return Code(found).name
    return "nothing" if found is None else str(found)
