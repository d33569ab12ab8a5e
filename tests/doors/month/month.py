"""Month (一个月): what happens on which day, drawn from a seed, and which differences each date must show when it is run.

Shape   Planted: a difference and the first and last date whose run shows it open; Month: goes through the days
        a misbehaviour plants what it must show; whatever else a run shows is a fault
Units   minor units; no two amounts of a month are the same, so that a difference is known by its amount
"""

import random
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any, Final, NamedTuple

from msgspec.structs import replace

from cunguan.channels.demobank.bank import (
    LATE,
    LATE_REJECT,
    NO_ANSWER,
    NOT_HEARD,
    REJECT,
    RETURNED,
    SUCCESS,
    Behaviour,
    DayLines,
    Mishap,
    Paper,
)
from cunguan.channels.demobank.files import content_of
from cunguan.formats import checkfile
from cunguan.formats.checkfile import Order
from cunguan.kernel.codes import Code
from cunguan.kernel.ids import order_id
from cunguan.policy.calendars.cn import CN_WORKDAYS
from cunguan.reconciliation.daily import Day
from tests.doors.month.house import ACCOUNT, CLIENTS, CUSTOMER, FIRM, OPENING, TWO, House
from tests.plane.harness import LANE

DAYS: Final = 22
FIRST: Final = CN_WORKDAYS.add_working_days(OPENING, 1)
LENDERS: Final = ("anna", "bert")
STRANGER: Final = ("Zoe Zimmer", "CH9300762011623852957")

Act = Callable[[date], None]

#: what the bank is told of a withdrawal, and where it stands in the end
ENDS: Final[dict[str, tuple[Behaviour, str]]] = {
    "pays": (SUCCESS, "settled"),
    "rejects": (REJECT, "rejected"),
    "silent": (NO_ANSWER, "settled"),
    "mute": (Behaviour(answers=False, mute_days=40), "settled"),
    "not-heard": (NOT_HEARD, "settled"),
    "late": (LATE, "settled"),
    "late-reject": (LATE_REJECT, "rejected"),
    "twice": (Behaviour(callbacks=2), "settled"),
    "returns": (RETURNED, "recredited"),
    "books-more": (Behaviour(more_minor=7), "settled"),
    "paid-after-all": (Behaviour(pays=False, contradicted_days=4), "rejected"),
}


#: what two people book as what, and the break they close by it; "": it ends by itself when its line has come
WAYS: Final = {
    "charge": ("bank_charge", "BRK12"),
    "paid_after_end": ("loss", "BRK08"),
    "amount_differs": ("overpaid", ""),
}


class Planted(NamedTuple):
    """A difference; it stands open when the dates from the first to the last are run."""

    code: str
    at_risk_minor: int
    first: date
    last: date


def day_of(number: int) -> date:
    """Return a working day of the month, from 0."""
    return FIRST if number == 0 else CN_WORKDAYS.add_working_days(FIRST, number)


def _after(day: date) -> date:
    return CN_WORKDAYS.add_working_days(day, 1)


def _before(day: date) -> date:
    return CN_WORKDAYS.add_working_days(day, -1)


def _from(day: date) -> date:
    """Return a day, or the working day after it."""
    return day if CN_WORKDAYS.is_working_day(day) else _after(day)


class Month:
    """A month of one house."""

    def __init__(self, house: House, seed: int) -> None:
        self.house, self.bank = house, house.bank
        self.pick = random.Random(seed)
        self._amounts = iter(self.pick.sample(range(10_000, 99_999), 500))
        self.planted: list[Planted] = []
        self.ends: dict[str, str] = {}
        self.paid_in: dict[str, int] = {}
        self.erring: date | None = None
        self.owned: list[str] = []
        self.closed_by_two: list[str] = []
        self.amounts: list[int] = []
        self.agenda: dict[int, list[Act]] = {number: [] for number in range(DAYS + 3)}
        self.day = OPENING
        self._draw()

    # ── what happens when ────────────────────────────────────────────────────
    def _draw(self) -> None:
        for number in range(DAYS - 1):
            self.agenda[number].append(self._pays_in)
        fixed: dict[int, list[Act]] = {
            0: [self._lists], 1: [self._bids], 2: [self._is_disbursed], 13: [self._repays],
            10: [self._platform_errs], 11: [self._statement("twice")], 12: [self._statement("again"), self._brings_the_money],
            15: [self._statement("late", 3)], 19: [self._statement("lost")], 20: [self._asks_for_the_statement],
        }  # fmt: skip
        for number, acts in fixed.items():
            self.agenda[number] += acts
        self.agenda[self.pick.choice((5, 6))].append(self._channel_file_is_late)
        for number, act in zip(
            self.pick.sample((1, 2, 3, 8, 9), 2), (self._pays_by_card, self._pays_by_card_net), strict=True
        ):
            self.agenda[number].append(act)
        free = range(1, 10)  # all of it is over before a statement is missing
        for act in (
            self._is_charged, self._notice_is_lost, self._stranger_pays, self._wrong_name_pays, self._pays_by_reference,
            *(self._withdraws(name) for name in ENDS),
        ):  # fmt: skip
            self.agenda[self.pick.choice(free)].append(act)

    def _amount(self) -> int:
        return next(self._amounts)

    def _plants(self, code: str, at_risk_minor: int, first: date, last: date | None = None) -> None:
        self.planted.append(Planted(code, at_risk_minor, first, last or first))

    # ── clients and strangers pay in ─────────────────────────────────────────
    def _pays_in(self, day: date, holder: str = "", amount_minor: int = 0, reference: str = "") -> None:
        holder, amount_minor = holder or self.pick.choice(LENDERS), amount_minor or self._amount()
        _, name, number = CLIENTS[holder]
        self.bank.receive(ACCOUNT, amount_minor, reference or holder, payer=name, payer_hash=number)
        self.paid_in[holder] = self.paid_in.get(holder, 0) + amount_minor

    def _pays_by_reference(self, day: date) -> None:
        (told,) = self.house.types("inbox", "reference", "bert")
        self._pays_in(day, "bert", reference=told["creditor_reference"])

    def _notice_is_lost(self, day: date) -> None:
        """The statement alone tells of it, the morning after."""
        amount_minor = self._amount()
        self.bank.mishap(CUSTOMER, Mishap("notification", "lost"))
        self._pays_in(day, "anna", amount_minor)
        self._plants("BRK07", 0, day)

    def _stranger_pays(self, day: date) -> None:
        """Nobody is named; bert writes a letter."""
        line = self.bank.receive(ACCOUNT, self._amount(), "who knows", payer=STRANGER[0], payer_hash=STRANGER[1])
        self.owned.append(str(line.number))

    def _wrong_name_pays(self, day: date) -> None:
        self.bank.receive(ACCOUNT, self._amount(), "bert", payer=STRANGER[0], payer_hash=STRANGER[1])

    # ── by the payment channel ───────────────────────────────────────────────
    def _pays_by_card(self, day: date, *, is_net: bool = False) -> tuple[int, int]:
        amount_minor, fee_minor, order = self._amount(), self.pick.randrange(3, 99), f"card-{day}-{is_net}"
        paid = self.bank.pay_by_channel(order, ACCOUNT, amount_minor, fee_minor, is_net=is_net)
        self.house.do(
            order, "deposit_notice", holder="anna", channel="demopay", settle_date=paid.settle_date.isoformat(),
            amount_minor=amount_minor, reference=order,
        )  # fmt: skip
        return paid.gross_minor - paid.fee_minor, amount_minor

    def _pays_by_card_net(self, day: date) -> None:
        self._pays_by_card(day, is_net=True)

    def _channel_file_is_late(self, day: date) -> None:
        """Its credit waits for two days, and so does what the channel owes."""
        self.bank.mishap(CUSTOMER, Mishap("settlement", "late", 2))
        net_minor, gross_minor = self._pays_by_card(day, is_net=True)
        settled = _after(day)
        self._plants("BRK08", net_minor, settled)
        self._plants("BRK07", 0, _after(settled))
        self._plants("BRK09", gross_minor, settled, _after(settled))

    # ── out ──────────────────────────────────────────────────────────────────
    def _withdraws(self, name: str) -> Act:
        def act(day: date) -> None:
            behaviour, end = ENDS[name]
            amount_minor = self._amount() // 10
            self.bank.tell(CUSTOMER, order_id(LANE, name), behaviour)
            self._takes_out(name, "anna", amount_minor)
            self.ends[name] = end
            if name == "mute":
                self._plants("BRK07", 0, day)
            if name == "books-more":
                self._plants("BRK03", 7, day)
            if name == "paid-after-all":
                self._plants("BRK08", amount_minor, _from(day + timedelta(days=4)))

        return act

    def _takes_out(self, name: str, holder: str, amount_minor: int) -> None:
        ((payee_hash,),) = self.house.rows("SELECT payee_hash FROM card WHERE holder = %s", holder)
        self.house.do(
            name, "withdrawal", holder=holder, card=f"card:{holder}", bank_account="bank", amount_minor=amount_minor,
            payee_hash=payee_hash,
        )  # fmt: skip

    def _is_charged(self, day: date) -> None:
        amount_minor = self.pick.randrange(20, 3_000)
        self.bank.charge(ACCOUNT, amount_minor, "fee")
        self._plants("BRK12", amount_minor, day)

    # ── files ────────────────────────────────────────────────────────────────
    def _statement(self, fate: Any, days: int = 1) -> Act:
        def act(day: date) -> None:
            self.bank.mishap(CUSTOMER, Mishap("statement", fate, days))
            if fate == "lost":
                self._plants("BRK15", 0, day)
            if (
                fate == "late"
            ):  # the next one does not go on where the last ended, and what this one has nobody has seen
                moved = [
                    one.amount_minor if one.credit else -one.amount_minor for one in self.bank.lines if one.day == day
                ]
                self._plants("BRK15", 0, day, _after(day))
                self._plants("BRK15", abs(sum(moved)), _after(day))
                for amount_minor in moved:
                    self._plants("BRK09", abs(amount_minor), _after(day))

        return act

    def _asks_for_the_statement(self, day: date) -> None:
        """The bank sends again what was lost; it is brought by hand."""
        lines = [one for one in self.bank.lines if one.day == _before(day)]
        opening = sum(
            one.amount_minor if one.credit else -one.amount_minor for one in self.bank.lines[: lines[0].number - 1]
        )
        closing = opening + sum(one.amount_minor if one.credit else -one.amount_minor for one in lines)
        of = DayLines(ACCOUNT, opening, closing, lines[0].number - 1, lines[-1].number)
        path = self.house.home / "asked-for.xml"
        path.write_bytes(content_of(self.bank, Paper(0, day, "statement", of, _before(day))))
        (file,) = self.house.types("inbox", "import", str(path), "--channel", "demobank")
        assert file["state"] == "read", file

    # ── the loan ─────────────────────────────────────────────────────────────
    def _lists(self, day: date) -> None:
        self._pays_in(day, "anna", 1_000_001)
        self._pays_in(day, "bert", 1_000_002)
        self.house.do(
            "listing:X", "listing_registration", listing="X", pool="main", borrower="carl", person="person:carl", currency="CNY",
            pack="cn_p2p", amount_minor=500_000, rate_e6=120_000, rule="bullet", months=1,
            raise_until=(day + timedelta(days=4)).isoformat(), late_rate_e6=182_500, grace_days=2,
        )  # fmt: skip
        for lender in LENDERS:
            until = (day + timedelta(days=300)).isoformat()
            self.house.do(
                f"mandate:{lender}", "mandate_grant", holder=lender, type="bid", cap_minor=1_000_000, until=until
            )

    def _bids(self, day: date) -> None:
        for lender, amount_minor in zip(LENDERS, (300_000, 200_000), strict=True):
            self.house.do(
                f"bid:{lender}", "bid_hold", lender=lender, listing="X", amount_minor=amount_minor, mandate=f"mandate:{lender}"
            )  # fmt: skip

    def _is_disbursed(self, day: date) -> None:
        self.house.do("disburse:X", "disbursement", listing="X")
        self._takes_out("loan", "carl", 500_000)
        self.ends["loan"] = "settled"

    def _brings_the_money(self, day: date) -> None:
        self._pays_in(day, "carl", 505_003)

    def _repays(self, day: date) -> None:
        ((principal, interest),) = self.house.rows(
            "SELECT principal_minor, interest_minor FROM plan_row WHERE lane = %s AND listing = 'X'", LANE
        )
        self.house.do(
            "repay:X",
            "repayment",
            listing="X",
            borrower="carl",
            plan_row=1,
            principal_minor=principal,
            interest_minor=interest,
        )

    # ── the platform's check files ───────────────────────────────────────────
    def _platform_errs(self, day: date) -> None:
        """Its file of the day lacks an order, has one more, one of another amount and one of another state."""
        self.amounts = [self._amount() for _ in range(3)]
        for amount_minor in self.amounts:
            self._pays_in(day, "anna", amount_minor)
        self.erring = day
        missing, _, other = self.amounts
        for code, at_risk_minor in (("BRK01", missing), ("BRK02", 5_000), ("BRK03", 7), ("BRK04", other)):
            self._plants(code, at_risk_minor, day)

    def _wrong_orders(self, day: date) -> bytes:
        orders = [row for _, row in checkfile.rows(self.house.issued(day, "orders")) if isinstance(row, Order)]
        missing, more, other = self.amounts
        said = [
            replace(one, amount_minor=more + 7) if one.amount_minor == more else replace(one, status="refused")
            if one.amount_minor == other else one for one in orders if one.amount_minor != missing
        ]  # fmt: skip
        ghost = Order("ghost", "deposit_direct", "done", 5_000, "CNY", "", "anna", "")
        return checkfile.write([*said, ghost], platform="P1", day=day, kind="orders")

    # ── day by day ───────────────────────────────────────────────────────────
    def run(self) -> Day:
        """Let the month go by; return its last date as it was reconciled."""
        self._evening(OPENING, FIRST)
        for number in range(DAYS):
            day, following = day_of(number), day_of(number + 1)
            self._morning(day)
            for act in self.agenda[number]:
                act(day)
            self.house.goes_on()
            self._evening(day, following)
        return self._morning(day_of(DAYS))

    def _evening(self, day: date, following: date) -> None:
        self.house.goes_on()
        self.house.closes(day, following)

    def _morning(self, day: date) -> Day:
        before, self.day = self.day, day
        self.house.begins(day)
        self.house.swept()
        self._platform_confirms(before)
        found = self.house.reconciled(before)
        self._compares(before, found)
        self._works_off(day)
        return found

    def _platform_confirms(self, day: date) -> None:
        if not self.house.rows("SELECT 1 FROM check_file WHERE business_date = %s", day):
            return  # nothing happened
        if self.erring == _before(day):
            self._corrects(self.erring)
        wrong = {"orders": self._wrong_orders(day)} if day == self.erring else {}
        assert self.house.confirms(day, "first", **wrong).code is (Code.check_file_differs if wrong else Code.done)

    def _corrects(self, day: date) -> None:
        """The order that never came is closed by two people; the rest the platform sends again, as it is."""
        (ghost,) = [one for one in self.house.types("break", "list") if one["code"] == "BRK02"]
        self._closes(ghost["id"], "--evidence", "their letter 7")
        assert self.house.confirms(day, "second").code is Code.done

    def _compares(self, day: date, found: Day) -> None:
        """Assert that a date shows what was planted, and nothing else."""
        shown = sorted((one.code, one.at_risk_minor) for one in found.breaks if one.state != "closed")
        expected = sorted((one.code, one.at_risk_minor) for one in self.planted if one.first <= day <= one.last)
        assert shown == expected, (day, found.breaks)

    # ── two people work off what is left to them ─────────────────────────────
    def _works_off(self, day: date) -> None:
        """What the last date showed is booked by two people; what is missing in the pool the firm pays in, the same day."""
        for entry in self.house.types("inbox", "open"):
            if entry["cause"] in WAYS and entry["booked_on"] < str(day):
                way, code = WAYS[entry["cause"]]
                journal = self._books(entry, way)
                for one in self.house.types("break", "list") if code else ():
                    if (one["code"], one["at_risk_minor"]) == (code, entry["amount_minor"]):
                        self._closes(one["id"], "--journal", journal)
        for number, (shortfall, left_minor) in enumerate(self.house.rows(
            "SELECT id, amount_minor - made_good_minor FROM shortfall WHERE lane = %s AND amount_minor > made_good_minor", LANE
        )):  # fmt: skip
            self.bank.receive(ACCOUNT, left_minor, f"topup{number}", payer=FIRM.name, payer_hash=FIRM.account)
            self.house.goes_on()
            (entry,) = [one for one in self.house.types("inbox", "open") if one["cause"] == "own_money"]
            self._books(entry, "top_up", "--of", shortfall)
        for item in self.house.types("suspense", "list"):
            if item["state"] == "open" and item["received_date"] < str(day):
                self._ends(item)

    def _ends(self, item: Any) -> None:
        """Give an item of suspense to its owner where he is found, else send it back."""
        owner = ("allocate", item["id"], "--to", "bert") if item["reference"] in self.owned else ("return", item["id"])
        self.house.is_done(self.house.types("suspense", *owner, "--reason", "his letter", *TWO))

    def _books(self, entry: Any, way: str, *of: str) -> str:
        name = f"{entry['statement']}/{entry['number']}/{entry['part']}"
        answer = self.house.types("inbox", "book", name, "--as", way, *of, "--reason", "seen", *TWO)
        self.house.is_done(answer)
        return str(answer["id"])

    def _closes(self, name: str, *by: str) -> None:
        self.house.is_done(self.house.types("break", "assign", name, "--owner", "m1", "--by", "m1"))
        self.house.is_done(self.house.types("break", "close", name, "--note", "seen", *by, *TWO))
        self.closed_by_two.append(name)
