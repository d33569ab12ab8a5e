"""Instructions: what random callers ask of some platforms, drawn near the edges of what the books hold.

Shape   Asked: lane, id, kind, body and how the client confirmed it. Instructions: one method a kind of caller's wish,
        drawn from what the reference model holds at the moment; Pick: where the chances come from (hypothesis, or a
        seeded generator), so that a short failing sequence can be found and a long one repeated
Units   minor units; amounts are what there is, one more, one less, half, one, nothing
"""

import random
from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from itertools import islice
from typing import Any, NamedTuple, Protocol, TypeVar

from cunguan.kernel.rows import FeeItem
from tests.properties.reference_model import Fact, Model
from tests.scenarios.world import World

T = TypeVar("T")

#: subjects this late are what callers mostly speak of
LATE = 120

FRIDAY = date(2024, 3, 1)
LANES = (1, 2)
#: lane, holder, role, person, kind; Ben may lend through a second account, and borrows on both platforms
CLIENTS = (
    (1, "L1", "lender",   "Ann", "person"),
    (1, "L2", "lender",   "Bob", "person"),
    (1, "L3", "lender",   "Cat", "person"),
    (1, "LB", "lender",   "Ben", "person"),
    (1, "B",  "borrower", "Ben", "person"),
    (1, "C",  "borrower", "Coy", "company"),
    (2, "M1", "lender",   "Ann", "person"),
    (2, "M2", "lender",   "Dan", "person"),
    (2, "D",  "borrower", "Ben", "person"),
    (2, "E",  "borrower", "Coy", "company"),
)  # fmt: skip
#: item, basis points, fixed part, cap a charge, cap a month
FEES = {
    1: (("platform_fee", 200, 0, 300_000, 0), ("withdrawal_fee", 10, 100, 500, 1_200)),
    2: (("platform_fee", 150, 1_000, 0, 500_000), ("withdrawal_fee", 0, 200, 0, 0)),
}


class Asked(NamedTuple):
    """One instruction as a caller hands it in."""

    lane: int
    id: str
    kind: str
    body: Fact
    confirmation: str


class Pick(Protocol):
    """Where the chances come from."""

    def one(self, choices: Sequence[T]) -> T:
        """Return one of the choices; the first is the plainest."""

    def chance(self, n: int) -> bool:
        """Return True once in n times; False is the plainer answer."""


class Seeded:
    """Chances from a seed."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)

    def one(self, choices: Sequence[T]) -> T:
        return choices[int(self._random.random() * len(choices))]

    def chance(self, n: int) -> bool:
        return self._random.random() * n < 1


def start(model: Model, worlds: Sequence[World]) -> None:
    """Open the same platforms, clients and fee schedules in the model and in every world."""
    for lane in LANES:
        model.platform(lane)
        for version, items in FEES.items():
            model.publish(lane, "fees", version, {
                name: dict(bp=bp, fixed=fixed, cap=cap, month_cap=month_cap) for name, bp, fixed, cap, month_cap in items
            })  # fmt: skip
    for client in CLIENTS:
        model.client(*client)
    for world in worlds:
        for lane in LANES:
            world.platform(lane)
            for version, items in FEES.items():
                world.fees(lane, "fees", version, *(
                    FeeItem(name, "bp" if bp else "fixed", bp, *rest) for name, bp, *rest in items))  # fmt: skip
        for lane, holder, role, person, kind in CLIENTS:
            world.client(lane, holder, role, person=person, kind=kind)


class Instructions:
    """The wishes of all callers, one after the other."""

    def __init__(self, model: Model, pick: Pick) -> None:
        self.model, self.pick = model, pick
        self.number = 0
        self.asked: list[Asked] = []

    def _new(self, lane: int, kind: str, name: str = "", /, **body: Any) -> Asked:
        self.number += 1
        confirmation = self.pick.one(("none", "forged", "other")) if self.pick.chance(15) else "good"
        asked = Asked(lane, name or f"{kind}-{self.number}", kind, body, confirmation)
        self.asked.append(asked)
        return asked

    # ── choosing ─────────────────────────────────────────────────────────────
    def _lane(self) -> int:
        return 2 if self.pick.chance(4) else 1

    def _holder(self, lane: int, *roles: str) -> str:
        names = [name for (at, name), holder in self.model.holders.items()
                 if at == lane and (not roles or holder["role"] in roles)]  # fmt: skip
        return "nobody" if self.pick.chance(60) else self.pick.one(names)

    def _subject(self, lane: int, facts: dict[tuple[int, str], Fact], **having: Any) -> str:
        """Return the id of a subject: mostly a late one in one of the states that fit, now and then any, or none."""
        latest = facts if self.pick.chance(200) else islice(reversed(facts), LATE)
        names = [name for (at, name) in latest if at == lane]
        if not self.pick.chance(8):
            fitting = [name for name in names if all(facts[lane, name].get(k) in v for k, v in having.items())]
            names = fitting[:6] or names
        return "nothing" if not names or self.pick.chance(60) else self.pick.one(names)

    def _near(self, *amounts: int) -> int:
        """Return an amount at, just above or just below one of the edges, or a part of it."""
        edge = self.pick.one(amounts)
        if not self.pick.chance(3):
            return edge
        return self.pick.one((edge // 2, edge + 1, edge - 1, edge // 3, 1, 0, -1, edge * 2 + 7))

    def _at(self, lane: int, owner: str, code: str) -> int:
        return self.model.balances.get((lane, owner, code), 0)

    def _later(self, lane: int, *days: int) -> date:
        return self.model.day[lane] + timedelta(days=self.pick.one(days))

    # ── money in and out ─────────────────────────────────────────────────────
    def deposit(self) -> Asked:
        lane = self._lane()
        return self._new(
            lane, "deposit_direct", holder=self._holder(lane), bank_account="none" if self.pick.chance(40) else "bank",
            amount_minor=self._near(5_000_000, 1_000_000, 60_001, 3), payer_matches=not self.pick.chance(15),
            reference="line",
        )  # fmt: skip

    def notice(self) -> Asked:
        lane = self._lane()
        return self._new(
            lane, "deposit_notice", holder=self._holder(lane), channel=self.pick.one(("quick", "slow")),
            settle_date=self._later(lane, 1, 2), amount_minor=self._near(400_000, 70_000), reference="channel",
        )  # fmt: skip

    def settlement(self) -> Asked:
        lane = self._lane()
        failed = self.pick.chance(4)
        deposit = self._subject(lane, self.model.deposits, state=("uncleared",))
        amount = self.model.deposits.get((lane, deposit), {}).get("amount", 100)
        outcome = "failed" if failed else "settled"
        return self._new(
            lane, "deposit_settlement", f"settle:{deposit}:{outcome}:{self.number}", deposit=deposit,
            bank_account="" if failed else "bank", outcome=outcome,
            amount_minor=amount + 1 if self.pick.chance(10) else amount,
        )  # fmt: skip

    def platform_money(self) -> Asked:
        return self._new(
            self._lane(), "platform_money_in", pool="main", bank_account="bank",
            account=self.pick.one(("2120", "2120", "2150", "2110")), amount_minor=self._near(100_000, 5), reference="own",
        )  # fmt: skip

    def card(self) -> Asked:
        lane = self._lane()
        holder = self._holder(lane)
        card = f"{holder}:card:{self.number}" if self.pick.chance(2) else f"{holder}:card"
        return self._new(lane, "card_binding", holder=holder, card=card, payee_hash=f"payee:{card}")

    def consent(self) -> Asked:
        lane = self._lane()
        return self._new(
            lane, "fee_consent", holder=self._holder(lane), schedule="fees", version=self.pick.one((1, 2, 1, 3))
        )

    def withdrawal(self) -> Asked:
        lane = self._lane()
        holder = self._holder(lane)
        card = self._subject(lane, self.model.cards, holder=(holder,), state=("active",))
        payee = self.model.cards.get((lane, card), {}).get("payee", "payee")
        fees = (("", ""), ("", ""), ("fees", "withdrawal_fee"), ("fees", "no_such_fee"))
        fee_schedule, fee_item = self.pick.one(fees)
        free = self._at(lane, holder, "2010")
        return self._new(
            lane, "withdrawal", holder=holder, card=card, bank_account="none" if self.pick.chance(40) else "bank",
            amount_minor=self._near(free // 3, free, max(free - 100 - free // 1000, 1)),
            payee_hash="payee:other" if self.pick.chance(30) else payee, fee_schedule=fee_schedule, fee_item=fee_item,
        )  # fmt: skip

    def sent(self) -> Asked:
        lane = self._lane()
        withdrawal = self._subject(lane, self.model.withdrawals, state=("held",))
        name = f"send:{withdrawal}" if not self.pick.chance(5) else f"send:{withdrawal}:{self.number}"
        return self._new(lane, "withdrawal_sent", name, withdrawal=withdrawal)

    def review(self) -> Asked:
        lane = self._lane()
        card = self._subject(lane, self.model.cards, state=("pending_review",))
        return self._new(
            lane, "card_review", card=card, passed=not self.pick.chance(4), reason="looked at", maker="m1", checker="c1"
        )

    def stop(self) -> Asked:
        lane = self._lane()
        withdrawal = self._subject(lane, self.model.withdrawals, state=("held",))
        if self.pick.chance(3):
            return self._new(
                lane, "withdrawal_intercept", withdrawal=withdrawal, reason="a doubt", maker="m1", checker="c1"
            )
        found = self.model.withdrawals.get((lane, withdrawal), dict(holder="nobody", amount=100))
        holder = self._holder(lane) if self.pick.chance(15) else found["holder"]
        amount = found["amount"] + 1 if self.pick.chance(15) else found["amount"]
        return self._new(lane, "withdrawal_cancel", holder=holder, withdrawal=withdrawal, amount_minor=amount)

    def result(self) -> Asked:
        lane = self._lane()
        withdrawal = self._subject(lane, self.model.withdrawals, state=("sent", "in_doubt"))
        amount = self.model.withdrawals.get((lane, withdrawal), {}).get("amount", 100)
        status, finality = self.pick.one(
            (("settled", False), ("settled", False), ("timed_out", False), ("rejected", False), ("rejected", True))
        )
        name = f"bank:demobank:{withdrawal}:{status}" + "_final" * finality
        return self._new(
            lane, "withdrawal_result", name if not self.pick.chance(6) else f"{name}:{self.number}",
            withdrawal=withdrawal, status=status, finality=finality,
            amount_minor=0 if status == "timed_out" else amount + 1 if self.pick.chance(15) else amount,
        )  # fmt: skip

    def returned(self) -> Asked:
        lane = self._lane()
        withdrawal = self._subject(lane, self.model.withdrawals, state=("settled",))
        amount = self.model.withdrawals.get((lane, withdrawal), {}).get("amount", 100)
        return self._new(
            lane, "withdrawal_return", f"return:bank:demobank:{withdrawal}:{self.pick.one(('', 'again'))}",
            withdrawal=withdrawal, amount_minor=amount - 1 if self.pick.chance(10) else amount,
        )  # fmt: skip

    # ── mandates ─────────────────────────────────────────────────────────────
    def grant(self) -> Asked:
        lane = self._lane()
        type, role = self.pick.one(
            (("bid", "lender"), ("bid", "lender"), ("repayment", "borrower"), ("withdrawal", "lender"))
        )
        holder = self._holder(lane) if self.pick.chance(10) else self._holder(lane, role)
        listing = self._subject(lane, self.model.listings, state=("raising",)) if self.pick.chance(5) else ""
        return self._new(
            lane, "mandate_grant", holder=holder, type=type, cap_minor=self._near(2_000_000, 100_000),
            until=self._later(lane, 30, 3, 0, 365, -1, 1200), listing=listing,
        )  # fmt: skip

    def revoke(self) -> Asked:
        lane = self._lane()
        mandate = self._subject(lane, self.model.mandates, state=("active",))
        holder = self.model.mandates.get((lane, mandate), {}).get("holder", "nobody")
        return self._new(
            lane, "mandate_revoke", holder=self._holder(lane) if self.pick.chance(8) else holder, mandate=mandate
        )

    def _mandate(self, lane: int, holder: str, type: str) -> str:
        if self.pick.chance(2):
            return ""
        late = islice(reversed(self.model.mandates.items()), LATE)
        fitting = [name for (at, name), m in late if at == lane and m["holder"] == holder and m["type"] == type]
        if self.pick.chance(15) or not fitting:
            return self._subject(lane, self.model.mandates) if self.pick.chance(5) else ""
        return self.pick.one(fitting[:3])

    # ── lending ──────────────────────────────────────────────────────────────
    def listing(self) -> Asked:
        lane = self._lane()
        borrower = self._holder(lane) if self.pick.chance(15) else self._holder(lane, "borrower")
        holder = self.model.holders.get((lane, borrower), {"person": "Ann", "kind": "person"})
        cap = 20_000_000 if holder["kind"] == "person" else 100_000_000
        open_ = sum(x["amount"] - x["repaid"] for (at, _), x in self.model.listings.items()
                    if at == lane and x["borrower"] == borrower and x["state"] not in ("failed", "repaid"))  # fmt: skip
        large = self.pick.chance(6)
        with_fee = self.pick.chance(2)
        return self._new(
            lane, "listing_registration", listing=f"X{self.pick.one((self.number, self.number, self.number - 1))}",
            pool="none" if self.pick.chance(60) else "main", borrower=borrower,
            person="Ann" if self.pick.chance(40) else holder["person"], currency="CNY", pack="cn_p2p",
            amount_minor=self._near(cap - open_) if large else self._near(1_000_000, 300_001, 90_000),
            rate_e6=self.pick.one((120_000, 0, 138_000, 138_001, 77_777)),
            rule=self.pick.one(("equal_principal", "bullet", "equal_instalment")), months=self.pick.one((3, 1, 2, 0)) if
            self.pick.chance(6) else self.pick.one((1, 2, 3)), raise_until=self._later(lane, 3, 3, 7, 14, 27, 28, 0, -1),
            grace_days=self.pick.one((0, 2)), late_rate_e6=self.pick.one((182_500, None)), early=self.pick.chance(3),
            fee_schedule="fees" if with_fee else "", fee_item="platform_fee" if with_fee else "",
        )  # fmt: skip

    def bid(self) -> Asked:
        lane = self._lane()
        lender = self._holder(lane) if self.pick.chance(25) else self._holder(lane, "lender")
        name = self._subject(lane, self.model.listings, state=("raising",))
        listing = self.model.listings.get((lane, name), {"amount": 100, "held": 0})
        left, free = listing["amount"] - listing["held"], self._at(lane, lender, "2010")
        packet = self._near(self._at(lane, "main", "2120"), 2, left // 10) if self.pick.chance(4) else 0
        fitting = min(left - packet, free) if packet >= 0 else left
        mandate = self._mandate(lane, lender, "bid")
        granted = self.model.mandates.get((lane, mandate), {"cap": 0, "used": 0})
        room = granted["cap"] - granted["used"]
        edges = (room, room + 1) if 0 < room < fitting else (fitting, fitting // 2, left, free)
        return self._new(
            lane, "bid_hold", lender=lender, listing=name, amount_minor=self._near(*edges), marketing_minor=packet,
            mandate=mandate,
        )  # fmt: skip

    def is_raising(self) -> bool:
        """Test that some listing takes bids."""
        return any(listing["state"] == "raising" for listing in islice(reversed(self.model.listings.values()), LATE))

    def fill(self) -> Iterator[Asked]:
        """Return deposits and bids, one after the other, that fill a listing to its last unit; a packet may be among them."""
        late = islice(reversed(self.model.listings.items()), LATE)
        lane, name = self.pick.one([key for key, listing in late if listing["state"] == "raising"])
        lenders = [
            key[1] for key, holder in self.model.holders.items() if key[0] == lane and holder["role"] == "lender"
        ]
        listing = self.model.listings[lane, name]
        count = self.pick.one((2, 3, 5))
        for n in range(count):
            left = listing["amount"] - listing["held"]
            part = left if n == count - 1 else left // (count - n) + self.pick.one((0, 1))
            if part <= 0:
                return
            lender = self.pick.one(lenders)
            packet = min(self._at(lane, "main", "2120"), part // 10)
            short = part - packet - self._at(lane, lender, "2010")
            if short > 0:
                yield self._new(
                    lane, "deposit_direct", holder=lender, bank_account="bank", amount_minor=short + self.pick.one((0, 1)),
                    payer_matches=True, reference="line",
                )  # fmt: skip
            yield self._new(
                lane,
                "bid_hold",
                lender=lender,
                listing=name,
                amount_minor=part - packet,
                marketing_minor=packet,
                mandate="",
            )

    def cancel(self) -> Asked:
        lane = self._lane()
        name = self._subject(lane, self.model.holds, state=("open",), purpose=("bid",))
        hold = self.model.holds.get((lane, name), {"owner": "L1", "left": 10})
        lender = self._holder(lane) if self.pick.chance(10) else hold["owner"]
        return self._new(
            lane,
            "bid_cancel",
            lender=lender,
            hold=name,
            amount_minor=self._near(hold["left"], hold["left"] // 2, hold["left"] + 1),
        )

    def failure(self) -> Asked:
        lane = self._lane()
        name = self._subject(lane, self.model.listings, state=("raising", "full"))
        return self._new(lane, "raise_failure", listing=name, timer=not self.pick.chance(3))

    def disbursement(self) -> Asked:
        lane = self._lane()
        name = self._subject(lane, self.model.listings, state=("full",))
        holds: tuple[str, ...] = ()
        if self.pick.chance(3):
            of_it = [hold for (at, hold), fact in islice(reversed(self.model.holds.items()), LATE)
                     if at == lane and fact["listing"] == name and fact["purpose"] == "bid" and fact["state"] == "open"]  # fmt: skip
            holds = tuple(of_it)
            if self.pick.chance(3):
                holds = (*holds[1:], self._subject(lane, self.model.holds))
        return self._new(lane, "disbursement", listing=name, holds=holds)

    def repayment(self) -> Asked:
        lane = self._lane()
        name = self._subject(lane, self.model.listings, state=("disbursed",))
        listing = self.model.listings.get((lane, name), {"borrower": "B", "grace": 0, "late_rate": 0})
        rows = self.model.rows.get((lane, name), [])
        open_ = [row for row in rows if row["paid"] < row["principal"] or row["paid_interest"] < row["interest"]]
        if not open_ or self.pick.chance(10):
            open_ = [
                dict(
                    number=self.pick.one((1, 9)),
                    principal=10,
                    interest=1,
                    paid=0,
                    paid_interest=0,
                    due=FRIDAY,
                    paid_late=0,
                )
            ]
        row = open_[0] if not self.pick.chance(5) else self.pick.one(open_)
        principal, interest = row["principal"] - row["paid"], row["interest"] - row["paid_interest"]
        days = max((self.model.day[lane] - row["due"]).days - listing["grace"], 0)
        late = (principal + interest) * (listing["late_rate"] or 0) * days // 365_000_000 - row["paid_late"]
        # In part now and then: only so do the shares of interest show that they are counted from the beginning.
        part = self.pick.one((1, 1, 1, 2, 7))
        borrower = self._holder(lane) if self.pick.chance(25) else listing["borrower"]
        return self._new(
            lane, "repayment", listing=name, borrower=borrower, plan_row=row["number"],
            principal_minor=self._near(principal // part) if part == 1 else principal // part,
            interest_minor=self._near(interest // part) if self.pick.chance(4) else interest // part,
            late_minor=self._near(max(late, 0), max(late, 0) + 1) if self.pick.chance(3) else max(late, 0),
            mandate=self._mandate(lane, borrower, "repayment"),
        )  # fmt: skip

    def step(self) -> Asked:
        lane = self._lane()
        run = self._subject(lane, self.model.runs, state=("running",))
        number = self.model.runs.get((lane, run), {}).get("next", 1)
        number = number + self.pick.one((1, -1)) if self.pick.chance(6) else number
        return self._new(lane, "run_step", f"{run}:{number}:{self.number}", run=run, step=number)

    # ── time, locks, and callers who repeat themselves ───────────────────────
    def expiry(self) -> Asked:
        lane = self._lane()
        hold = self._subject(lane, self.model.holds, state=("open",))
        return self._new(lane, "hold_expiry", f"expire:{hold}", hold=hold)

    def close(self) -> Asked:
        lane = self._lane()
        today = self.model.day[lane]
        day = today + timedelta(days=self.pick.one((1, -1))) if self.pick.chance(10) else today
        next_date = day + timedelta(
            days=self.pick.one((1, 1, 1, 2, 3, 8) if not self.pick.chance(4) else (31, 1))
            if not self.pick.chance(10)
            else 0
        )
        name = f"close:{day.isoformat()}" + (f":{self.number}" if self.pick.chance(3) else "")
        return self._new(lane, "day_close", name, date=day, next_date=next_date)

    def lock(self) -> Asked:
        person = "nobody" if self.pick.chance(20) else self.pick.one(("Cat", "Ben", "Ann"))
        return self._new(0, "person_lock", act=f"lock{self.number}", person=person, reason="asked", maker="m1")

    def unlock(self) -> Asked:
        act = self.pick.one([*list(self.model.orders)[-3:], "nothing"]) if self.model.orders else "nothing"
        person = self.model.orders.get(act, {"person": "Ann"})["person"]
        return self._new(
            0, "person_unlock", act=f"unlock{self.number}", lock=act, person=person, reason="gone", maker="m1",
            checker="c1",
        )  # fmt: skip

    def papers(self) -> Asked:
        """Record papers that mostly last, and now and then end today or did yesterday."""
        lane = self._lane()
        return self._new(
            lane, "pool_papers", pool="main", bank_account="none" if self.pick.chance(20) else "bank", contract="c1",
            contract_until=self._later(lane, 4_000, 4_000, 4_000, 0), letter="l1",
            review_date=self._later(lane, 4_000, 4_000, 4_000, -1), maker="m1", checker=self.pick.one(("c1", "c1", "c1", "m1")),
        )  # fmt: skip

    def bar(self) -> Asked:
        return self._new(self._lane(), "bar", reason=self.pick.one(("forged", "")))

    def again(self) -> Asked:
        """Send something again: as it was, with another body, or its id for something else."""
        if not self.asked:
            return self.deposit()
        first = self.pick.one(self.asked[-12:]) if not self.pick.chance(5) else self.pick.one(self.asked)
        if not self.pick.chance(3):
            return first._replace(confirmation=self.pick.one(("good", first.confirmation, "none")))
        amounts = [field for field, value in first.body.items() if field.endswith("_minor") and type(value) is int]
        if amounts and not self.pick.chance(4):
            field = self.pick.one(amounts)
            return first._replace(body=first.body | {field: first.body[field] + self.pick.one((1, -1))})
        if first.lane and not self.pick.chance(3):
            return first._replace(kind="bar", body={"reason": "the id of another"})
        holders = [field for field in ("holder", "lender", "borrower", "listing", "withdrawal") if field in first.body]
        return first._replace(body=first.body | {holders[0]: "L2"}) if holders else first

    def any(self) -> Asked:
        """Return one wish of the daily mix; mostly one for which there is a subject."""
        for _ in range(8):
            wish = self.pick.one(DAILY)
            if self.has_subject(wish) or self.pick.chance(20):
                break
        return wish(self)

    def has_subject(self, wish: "Wish") -> bool:
        """Test that there is a late subject for a wish, in a state that fits."""
        facts, states = _SUBJECTS.get(wish, ("", frozenset()))
        return not facts or any(
            fact["state"] in states for fact in islice(reversed(getattr(self.model, facts).values()), 20)
        )


Wish = Callable[[Instructions], Asked]


def beginnings(callers: Instructions, stage: int) -> Iterator[Asked]:
    """Return what brings the house to a stage: 1 money and cards, 2 a listing and a withdrawal, 3 full, 4 disbursed."""
    number = 0

    def ask(lane: int, kind: str, name: str = "", /, **body: Any) -> Asked:
        nonlocal number
        number += 1
        asked = Asked(lane, name or f"begin-{number}", kind, body, "good")
        callers.asked.append(asked)
        return asked

    if stage >= 1:
        for lane, holder, _, _, _ in CLIENTS:
            yield ask(lane, "card_binding", holder=holder, card=f"{holder}:card", payee_hash=f"payee:{holder}:card")
            yield ask(lane, "deposit_direct", holder=holder, bank_account="bank", amount_minor=700_001, payer_matches=True,
                      reference="line")  # fmt: skip
            yield ask(lane, "fee_consent", holder=holder, schedule="fees", version=1)
        yield ask(
            1,
            "platform_money_in",
            pool="main",
            bank_account="bank",
            account="2120",
            amount_minor=20_000,
            reference="own",
        )
        yield ask(1, "day_close", f"close:{FRIDAY}", date=FRIDAY, next_date=FRIDAY + timedelta(days=3))
        yield ask(
            1,
            "mandate_grant",
            "begin-bid",
            holder="L2",
            type="bid",
            cap_minor=500_000,
            until=FRIDAY + timedelta(days=30),
        )
    if stage >= 2:
        yield ask(
            1, "listing_registration", listing="X", pool="main", borrower="C", person="Coy", currency="CNY", pack="cn_p2p",
            amount_minor=600_002, rate_e6=120_000, rule="equal_principal", months=2, raise_until=FRIDAY + timedelta(days=7),
            late_rate_e6=182_500, fee_schedule="fees", fee_item="platform_fee",
        )  # fmt: skip
        yield ask(1, "withdrawal", "begin-out", holder="LB", card="LB:card", bank_account="bank", amount_minor=60_000,
                  payee_hash="payee:LB:card", fee_schedule="fees", fee_item="withdrawal_fee")  # fmt: skip
        yield ask(1, "withdrawal_sent", "send:begin-out", withdrawal="begin-out")
    if stage >= 3:
        yield ask(1, "bid_hold", lender="L1", listing="X", amount_minor=300_000, marketing_minor=2, mandate="")
        yield ask(1, "bid_hold", lender="L2", listing="X", amount_minor=150_000, mandate="begin-bid")
        yield ask(1, "bid_hold", lender="L3", listing="X", amount_minor=149_999)
        yield ask(1, "bid_hold", lender="L3", listing="X", amount_minor=1)
    if stage >= 4:
        yield ask(1, "disbursement", "begin-loan", listing="X")
        for step in (1, 2, 3):  # where runs begin above 3
            yield ask(1, "run_step", f"begin-loan:{step}", run="begin-loan", step=step)


#: how often each wish comes in a long run
_MIX: dict[Wish, int] = {
    Instructions.deposit: 12, Instructions.notice: 5, Instructions.settlement: 6, Instructions.platform_money: 2,
    Instructions.card: 2, Instructions.consent: 2, Instructions.withdrawal: 12, Instructions.sent: 11, Instructions.result: 12,
    Instructions.returned: 2, Instructions.grant: 3, Instructions.revoke: 1, Instructions.listing: 12, Instructions.bid: 40,
    Instructions.cancel: 10, Instructions.failure: 2, Instructions.disbursement: 12, Instructions.repayment: 24,
    Instructions.step: 8, Instructions.expiry: 2, Instructions.close: 1, Instructions.lock: 1, Instructions.unlock: 6,
    Instructions.bar: 1, Instructions.papers: 1, Instructions.review: 2, Instructions.stop: 3, Instructions.again: 12,
}  # fmt: skip
DAILY: tuple[Wish, ...] = tuple(wish for wish, times in _MIX.items() for _ in range(times))

#: wishes that need a subject in one of some states
_SUBJECTS: dict[Wish, tuple[str, frozenset[str]]] = {
    Instructions.settlement:    ("deposits",     frozenset({"uncleared", "failed"})),
    Instructions.sent:          ("withdrawals",  frozenset({"held"})),
    Instructions.stop:          ("withdrawals",  frozenset({"held"})),
    Instructions.review:        ("cards",        frozenset({"pending_review"})),
    Instructions.result:        ("withdrawals",  frozenset({"sent", "in_doubt"})),
    Instructions.returned:      ("withdrawals",  frozenset({"settled"})),
    Instructions.revoke:        ("mandates",     frozenset({"active"})),
    Instructions.bid:           ("listings",     frozenset({"raising"})),
    Instructions.cancel:        ("holds",        frozenset({"open"})),
    Instructions.failure:       ("listings",     frozenset({"raising", "full"})),
    Instructions.disbursement:  ("listings",     frozenset({"full"})),
    Instructions.repayment:     ("listings",     frozenset({"disbursed"})),
    Instructions.step:          ("runs",         frozenset({"running"})),
    Instructions.unlock:        ("orders",       frozenset({"in_force"})),
}  # fmt: skip
