"""Market (模拟市场): platforms, their clients and listings, and what they ask for on an ordinary day.

When    the demo's days go by; what is out of the ordinary stands in cases.py
Reads   balances and plans from the books, chance from a seeded generator: the same seed, the same instructions
Shape   Venue: one pool of a platform with its lenders and borrowers; Offer: a listing on its way
Units   fen
Errors  DemoFailed: an ordinary instruction was not done
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from random import Random
from typing import Any, Final

import msgspec

from cunguan.doors.demo.custodian import CHECKER, MAKER, Custodian, bank_account_of, reference_of
from cunguan.kernel.dates import add_months
from cunguan.kernel.instruction import Instruction
from cunguan.kernel.rows import FeeItem
from cunguan.ledger.schedule import late_charge
from cunguan.policy.packs.cn_p2p import CN_P2P

PACK, CURRENCY = "cn_p2p", "CNY"
CALENDAR: Final = CN_P2P.calendar
YUAN: Final = 100
FEES: Final = "fees"
FEE_ITEMS: Final = (FeeItem("platform_fee", "bp", 200, 0, 0, 0), FeeItem("withdrawal_fee", "fixed", 0, 200, 0, 0))
LATE_RATE_E6, GRACE_DAYS = 182_500, 2
RAISE_WORKING_DAYS: Final = 10
MANDATE_CAP: Final = 500_000 * YUAN
PAYMENT_CHANNEL: Final = "fastpay"

_PLAN: Final = """
    SELECT number, due_date, principal_minor, interest_minor FROM plan_row
    WHERE lane = %s AND listing = %s ORDER BY number"""
_AVAILABLE: Final = """
    SELECT owner, balance FROM account JOIN balance USING (lane, account)
    WHERE lane = %s AND pool = %s AND code = '2010'"""


class Client(msgspec.Struct):
    """A holder account and its owner.

    mandate  the standing authority he gave the platform, "" for none;  used_minor  what he bid under it
    is_cast  he has a part in a special case, and does nothing else
    """

    holder: str
    person: str
    role: str
    kind: str = "person"
    mandate: str = ""
    used_minor: int = 0
    is_cast: bool = False


class Venue(msgspec.Struct):
    """One pool of a platform: who lends and borrows there, and every how many days a listing comes."""

    lane: int
    pool: str
    prefix: str
    every: int
    lenders: list[Client]
    borrowers: list[Client]
    listings: int = 0


class Offer(msgspec.Struct):
    """A listing; `is_for_all`: any lender may bid; `late_days`: its first row is paid so many days late."""

    name: str
    venue: Venue
    borrower: Client
    amount_minor: int
    raise_until: date
    is_for_all: bool = True
    is_disbursed: bool = True
    late_days: int = 0
    raised_minor: int = 0
    is_lent: bool = False

    @property
    def remaining_minor(self) -> int:
        """What may still be bid."""
        return self.amount_minor - self.raised_minor


class Due(msgspec.Struct, frozen=True):
    """A plan row that its borrower will pay."""

    offer: Offer
    number: int
    due_date: date
    principal_minor: int
    interest_minor: int


class Market:
    """All platforms of one demo."""

    def __init__(self, custodian: Custodian, seed: int, days: list[date]) -> None:
        self.custodian, self.caller, self.days = custodian, custodian.caller, days
        self.chance = Random(f"cunguan-story-v1 {seed}")
        self.venues: list[Venue] = []
        self.offers: list[Offer] = []
        self._due: defaultdict[date, list[Due]] = defaultdict(list)
        self._settling: defaultdict[date, list[tuple[Venue, str, int, str]]] = defaultdict(list)
        self._known: set[str] = set()  # persons who are registered already
        self._count = 0

    @property
    def today(self) -> date:
        """The open business date."""
        return self.custodian.today

    def name(self, what: str) -> str:
        """Return an id that was not used yet."""
        self._count += 1
        return f"{what}-{self._count:05}"

    # ── people ───────────────────────────────────────────────────────────────
    def open_fees(self, lane: int) -> None:
        """Publish a lane's fee schedule."""
        self.caller.ask(
            lane,
            self.caller.make(
                lane, f"publish:{FEES}", "fee_schedule", schedule=FEES, version=1, items=FEE_ITEMS, maker=MAKER,
                checker=CHECKER,
            ),
        )  # fmt: skip

    def open_accounts(self, venue: Venue) -> None:
        """Let a venue's clients in, and its ordinary business begin."""
        self.let_in(venue, [*venue.lenders, *venue.borrowers])
        self.venues.append(venue)

    def let_in(self, venue: Venue, clients: Sequence[Client]) -> None:
        """Let clients open accounts, bind cards and confirm the fees; who is not registered yet is registered first."""
        for client in clients:
            if client.person not in self._known:
                self._known.add(client.person)
                self.caller.send(0, self.custodian.person(client.person, client.kind))
        for client in clients:
            opening = self.custodian.account(
                venue.lane, client.holder, client.person, client.role, pool=venue.pool, kind=client.kind
            )
            self.caller.send(venue.lane, opening)
        self.caller.flush()
        for client in clients:
            for instruction in self._begins(venue, client):
                self.caller.send(venue.lane, instruction)

    def _begins(self, venue: Venue, client: Client) -> Iterator[Instruction]:
        make, lane, holder = self.caller.make, venue.lane, client.holder
        if client.kind == "company":
            yield make(
                lane, f"review:{holder}", "account_review", holder=holder, passed=True, reason="documents complete",
                maker=MAKER, checker=CHECKER,
            )  # fmt: skip
        yield make(
            lane, f"bind:{holder}", "card_binding", holder=holder, card=f"card:{holder}", payee_hash=f"payee:{holder}"
        )
        yield make(lane, f"consent:{holder}", "fee_consent", holder=holder, schedule=FEES, version=1)
        if client.mandate:
            yield make(
                lane, client.mandate, "mandate_grant", holder=holder, type="bid", cap_minor=MANDATE_CAP,
                until=add_months(self.today, 24),
            )  # fmt: skip

    # ── what clients ask for ─────────────────────────────────────────────────
    def deposit(self, venue: Venue, client: Client, amount_minor: int) -> None:
        """Let a client transfer money to the pool's bank account."""
        name = self.name("deposit")
        deposit = self.custodian.deposit(venue.lane, name, client.holder, amount_minor, pool=venue.pool)
        self.caller.send(venue.lane, deposit)

    def pay_in(self, venue: Venue, client: Client, amount_minor: int, outcome: str = "settled") -> str:
        """Let a client pay by the payment channel, which settles on the next working day, or never."""
        name, on = self.name("payment"), CALENDAR.add_working_days(self.today, 1)
        notice = self.caller.make(
            venue.lane, name, "deposit_notice", holder=client.holder, channel=PAYMENT_CHANNEL, settle_date=on,
            amount_minor=amount_minor, reference=name,
        )  # fmt: skip
        self.caller.send(venue.lane, notice)
        self._settling[on].append((venue, name, amount_minor, outcome))
        return name

    def bid(self, offer: Offer, client: Client, amount_minor: int, *, marketing_minor: int = 0) -> Instruction:
        """Return a bid: under the client's mandate while that covers it, else with his own confirmation."""
        mandate = client.mandate if client.used_minor + amount_minor <= MANDATE_CAP else ""
        return self.caller.make(
            offer.venue.lane, self.name("bid"), "bid_hold", lender=client.holder, listing=offer.name,
            amount_minor=amount_minor, marketing_minor=marketing_minor, mandate=mandate,
        )  # fmt: skip

    def take_bid(self, offer: Offer, client: Client, amount_minor: int, *, marketing_minor: int = 0) -> str:
        """Hand in a bid that must be done, count it, and return its id."""
        bid = self.bid(offer, client, amount_minor, marketing_minor=marketing_minor)
        client.used_minor += amount_minor if client.mandate else 0
        offer.raised_minor += amount_minor + marketing_minor
        self.caller.send(offer.venue.lane, bid)
        return bid.id

    def withdrawal(
        self, venue: Venue, client: Client, amount_minor: int, name: str, *, fee: bool = True
    ) -> Instruction:
        """Return a withdrawal to the client's card."""
        return self.caller.make(
            venue.lane, name, "withdrawal", holder=client.holder, card=f"card:{client.holder}",
            bank_account=bank_account_of(venue.pool), amount_minor=amount_minor, payee_hash=f"payee:{client.holder}",
            fee_schedule=FEES if fee else "", fee_item="withdrawal_fee" if fee else "",
        )  # fmt: skip

    def ask_for_loan(self, offer: Offer, *, months: int, rule: str, rate_e6: int) -> Instruction:
        """Return the registration of a listing, confirmed by its borrower."""
        venue, borrower = offer.venue, offer.borrower
        return self.caller.make(
            venue.lane, f"register:{offer.name}", "listing_registration", listing=offer.name, pool=venue.pool,
            borrower=borrower.holder, person=borrower.person, currency=CURRENCY, pack=PACK,
            amount_minor=offer.amount_minor, rate_e6=rate_e6, rule=rule, months=months, raise_until=offer.raise_until,
            grace_days=GRACE_DAYS, late_rate_e6=LATE_RATE_E6, fee_schedule=FEES, fee_item="platform_fee",
        )  # fmt: skip

    def list(self, offer: Offer, *, months: int, rule: str, rate_e6: int) -> Offer:
        """Register a listing that must be taken, with the borrower's mandate to repay it."""
        lane, borrower = offer.venue.lane, offer.borrower.holder
        self.caller.send(lane, self.ask_for_loan(offer, months=months, rule=rule, rate_e6=rate_e6))
        self.caller.flush()  # a registration goes by lane 0 first; the mandate names the listing
        mandate = self.caller.make(
            lane, f"mandate:{offer.name}", "mandate_grant", holder=borrower, type="repayment",
            cap_minor=2 * offer.amount_minor, until=add_months(self.today, 36), listing=offer.name,
        )  # fmt: skip
        self.caller.send(lane, mandate)
        self.offers.append(offer)
        return offer

    def offer(self, venue: Venue, borrower: Client, amount_minor: int, **how: Any) -> Offer:
        """Return a new listing's offer, raised for ten working days unless told otherwise."""
        venue.listings += 1
        how.setdefault("raise_until", CALENDAR.add_working_days(self.today, RAISE_WORKING_DAYS))
        return Offer(f"{venue.prefix}-{venue.listings:03}", venue, borrower, amount_minor, **how)

    # ── an ordinary day ──────────────────────────────────────────────────────
    def morning(self) -> None:
        """Let the channels settle what they announced: one transfer to each bank account, then deposit by deposit."""
        received: defaultdict[str, int] = defaultdict(int)
        for venue, name, amount_minor, outcome in self._settling.pop(self.today, []):
            if outcome == "settled":
                received[reference_of(venue.lane, venue.pool)] += amount_minor
            settlement = self.caller.make(
                venue.lane, f"settle:{name}:{outcome}", "deposit_settlement", deposit=name,
                bank_account=bank_account_of(venue.pool) if outcome == "settled" else "", outcome=outcome,
                amount_minor=amount_minor,
            )  # fmt: skip
            self.caller.send(venue.lane, settlement)
        for reference, amount_minor in received.items():
            self.custodian.bank.receive(reference, amount_minor, f"{PAYMENT_CHANNEL} {self.today}")

    def business(self, number: int) -> None:
        """Let new listings come, lenders bid, full listings be disbursed, borrowers withdraw and repay."""
        for venue in self.venues:
            if number % venue.every == 0 and number < len(self.days) - RAISE_WORKING_DAYS:
                self._new_listing(venue)
        self._bids()
        self._disburse()
        self._repay()
        self._lenders_move_money()
        self.caller.flush()

    def _new_listing(self, venue: Venue) -> None:
        busy = {offer.borrower.holder for offer in self.offers}
        free = [client for client in ordinary(venue.borrowers) if client.holder not in busy]
        if not free:
            return  # everybody has his loan
        borrower = self.chance.choice(free)
        thousands = self.chance.randint(100, 400) if borrower.kind == "company" else self.chance.randint(20, 150)
        offer = self.offer(venue, borrower, thousands * 1000 * YUAN)
        rule = self.chance.choice(("equal_principal", "equal_instalment", "bullet"))
        months, rate_e6 = self.chance.choice((1, 2, 3, 6, 12)), 5_000 * self.chance.randint(12, 24)
        self.list(offer, months=months, rule=rule, rate_e6=rate_e6)

    def _bids(self) -> None:
        for venue in self.venues:
            available = self._available(venue)
            for offer in self.offers:
                if offer.venue is venue and offer.is_for_all and self.today <= offer.raise_until:
                    self._crowd(offer, available)

    def _crowd(self, offer: Offer, available: dict[str, int]) -> None:
        """Let some lenders bid two fifths of a listing; who has not enough pays in first."""
        lenders = ordinary(offer.venue.lenders)
        aim_minor = min(max(offer.amount_minor * 2 // 5, 5_000 * YUAN), offer.remaining_minor)
        while aim_minor:
            client, amount_minor = (
                self.chance.choice(lenders),
                min(self.chance.randint(10, 200) * 100 * YUAN, aim_minor),
            )
            if available.get(client.holder, 0) < amount_minor:
                self.deposit(offer.venue, client, amount_minor)
            else:
                available[client.holder] -= amount_minor
            self.take_bid(offer, client, amount_minor)
            aim_minor -= amount_minor

    def _available(self, venue: Venue) -> dict[str, int]:
        self.caller.flush()
        return dict(self.custodian.books.ask(_AVAILABLE, (venue.lane, venue.pool)))

    def _disburse(self) -> None:
        self.caller.flush()
        for offer in self.offers:
            if offer.remaining_minor or offer.is_lent or not offer.is_disbursed:
                continue
            lane, borrower = offer.venue.lane, offer.borrower
            disbursement = self.caller.make(lane, f"disburse:{offer.name}", "disbursement", listing=offer.name)
            answer = self.caller.ask(lane, disbursement)
            offer.is_lent = True
            net_minor = int(str(answer.detail["lent_minor"])) - int(str(answer.detail["fee_minor"]))
            self.caller.send(
                lane, self.withdrawal(offer.venue, borrower, net_minor, f"withdraw:{offer.name}", fee=False)
            )
            self._expect(offer)

    def _expect(self, offer: Offer) -> None:
        for number, due, principal_minor, interest_minor in self.custodian.books.ask(
            _PLAN, (offer.venue.lane, offer.name)
        ):
            paid = CALENDAR.next_working_day(due + timedelta(days=offer.late_days if number == 1 else 0))
            self._due[paid].append(Due(offer, number, due, principal_minor, interest_minor))

    def _repay(self) -> None:
        for due in self._due.pop(self.today, []):
            offer = due.offer
            late_minor = 0
            if offer.late_days and due.number == 1:
                days = (self.today - due.due_date).days
                late_minor = late_charge(due.principal_minor + due.interest_minor, LATE_RATE_E6, days, GRACE_DAYS)
            self.deposit(offer.venue, offer.borrower, due.principal_minor + due.interest_minor + late_minor)
            repayment = self.caller.make(
                offer.venue.lane, f"repay:{offer.name}:{due.number}", "repayment", listing=offer.name,
                borrower=offer.borrower.holder, plan_row=due.number, principal_minor=due.principal_minor,
                interest_minor=due.interest_minor, late_minor=late_minor, mandate=f"mandate:{offer.name}",
            )  # fmt: skip
            self.caller.send(offer.venue.lane, repayment)

    def _lenders_move_money(self) -> None:
        for venue in self.venues:
            available = self._available(venue)
            rich = [client for client in ordinary(venue.lenders) if available.get(client.holder, 0) > 2_000 * YUAN]
            for client in self.chance.sample(rich, min(2, len(rich))):
                amount_minor = available[client.holder] // 2
                self.caller.send(venue.lane, self.withdrawal(venue, client, amount_minor, self.name("withdrawal")))
            for client in self.chance.sample(ordinary(venue.lenders), 2):
                self.pay_in(venue, client, self.chance.randint(5, 100) * 100 * YUAN)


def ordinary(clients: list[Client]) -> list[Client]:
    """Return the clients who have no part in a special case."""
    return [client for client in clients if not client.is_cast]
