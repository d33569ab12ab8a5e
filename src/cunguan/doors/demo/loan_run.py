"""Loan run (借贷数据入账): a recorded loan book through the real plane, day by day.

When    `cunguan demo --loans`, after the whole file was read
Does    on each day with an event, in waves: new borrowers and listings · lenders' deposits, bids, disbursements,
        withdrawals · borrowers' deposits and repayments. The day before a disbursement a borrower comes, binds his card
        (which cools until the next working day) and confirms the fee; each lender stands under a bid mandate
Units   one lane; pack none_recorded, rule `recorded`
Errors  DemoFailed: an instruction was not done
Source  design/loan-books.md
"""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from typing import Final

import msgspec

from cunguan.doors.demo.custodian import CHECKER, MAKER, Custodian, bank_account_of
from cunguan.doors.demo.lenders import draw
from cunguan.doors.demo.loan_file import Loan, LoanFile
from cunguan.doors.demo.loan_plan import Payment, PlanRow, disbursement_day, plan
from cunguan.doors.demo.progress import Progress
from cunguan.kernel.dates import WEEKENDS_ONLY, add_months
from cunguan.kernel.instruction import Instruction
from cunguan.kernel.rows import FeeItem, RecordedRow
from cunguan.operations.mandate_grant import MONTHS
from cunguan.operations.places import PoolSpec

LANE: Final = 1
PLATFORM: Final = "recorded"
PACK: Final = "none_recorded"
POOL: Final = "main"
FEES, FEE_ITEM = "fees", "platform_fee"


class Options(msgspec.Struct, frozen=True):
    """What the file does not say."""

    seed: int
    lenders: int
    fee_bp: int


class Event(msgspec.Struct):
    """What one day brings."""

    come: list[Loan] = []
    lend: list[Loan] = []
    repay: list[tuple[Loan, int, Payment]] = []


class Mandate(msgspec.Struct):
    """The standing authority a client has now, and how many he gave before."""

    cap_minor: int
    until: date = date.min
    count: int = 0


class LoanRun:
    """One file on its way through custody."""

    def __init__(self, file: LoanFile, options: Options) -> None:
        self._file, self._options = file, options
        self._plans = {loan.line: plan(loan) for loan in file.loans}
        self._drawn = {loan.line: draw(loan, options.lenders, options.seed) for loan in file.loans}
        self._events = self._days()
        self._bidding = self._bid_mandates()
        self._repaying = {loan.line: Mandate(self._paid(loan)) for loan in file.loans}

    @property
    def first_day(self) -> date:
        """The day on which the books begin."""
        return min(self._events)

    @property
    def days(self) -> int:
        """How many days have an event."""
        return len(self._events)

    def total(self) -> int:
        """Return about how many instructions it will take; the plane's own come on top."""
        bids = sum(map(len, self._drawn.values()))
        events = self._events.values()
        payments = sum(len(event.repay) for event in events)
        deposits = sum(len({n for loan in event.lend for n, _ in self._drawn[loan.line]}) for event in events)
        return 3 * len(self._bidding) + 8 * len(self._plans) + 2 * payments + 2 * self.days + bids + deposits

    def run(self, custodian: Custodian, progress: Progress) -> None:
        """Run all days."""
        progress.begin(self.total())
        self._custodian, self._caller = custodian, custodian.caller
        self._open()
        for day in sorted(self._events):
            if day != custodian.today:
                custodian.close_to(day)
            progress.day = day.isoformat()
            self._one_day(self._events[day])
            if self._events[day].lend:
                custodian.wait_until_quiet()  # the bank pays the day's withdrawals before it is closed
        custodian.wait_until_quiet()
        progress.clear()

    # ── what is known before ─────────────────────────────────────────────────
    def _days(self) -> dict[date, Event]:
        events: defaultdict[date, Event] = defaultdict(Event)
        for loan in self._file.loans:
            lent = disbursement_day(loan)
            events[WEEKENDS_ONLY.add_working_days(lent, -1)].come.append(loan)
            events[lent].lend.append(loan)
            for row in self._plans[loan.line]:
                if row.payment is not None:
                    events[row.payment.day].repay.append((loan, row.number, row.payment))
        return dict(events)

    def _bid_mandates(self) -> dict[str, Mandate]:
        bids: defaultdict[int, int] = defaultdict(int)
        for drawn in self._drawn.values():
            for lender, amount_minor in drawn:
                bids[lender] += amount_minor
        return {lender_name(lender): Mandate(bids[lender]) for lender in sorted(bids)}

    def _paid(self, loan: Loan) -> int:
        return sum(row.payment.amount_minor for row in self._plans[loan.line] if row.payment is not None)

    # ── the beginning ────────────────────────────────────────────────────────
    def _open(self) -> None:
        custodian, caller = self._custodian, self._caller
        custodian.open_platform(LANE, PLATFORM, PACK, [PoolSpec(POOL, self._file.currency, "lending")])
        if self._options.fee_bp:
            item = FeeItem(FEE_ITEM, "bp", self._options.fee_bp, 0, 0, 0)
            caller.ask(
                LANE,
                caller.make(
                    LANE, "publish:fees:1", "fee_schedule", schedule=FEES, version=1, items=(item,), maker=MAKER,
                    checker=CHECKER,
                ),
            )  # fmt: skip
        self._people([(lender, "lender") for lender in self._bidding])

    def _people(self, holders: list[tuple[str, str]]) -> None:
        for holder, _ in holders:
            self._caller.send(0, self._custodian.person(f"person:{holder}"))
        for holder, role in holders:
            self._caller.send(LANE, self._custodian.account(LANE, holder, f"person:{holder}", role))
        self._caller.flush()  # an opening goes by lane 0 first; what follows must find the account

    # ── one day ──────────────────────────────────────────────────────────────
    def _one_day(self, event: Event) -> None:
        self._lend(event.lend)
        for instruction in self._repayments(event.repay):
            self._caller.send(LANE, instruction)
        self._come(event.come)

    def _come(self, loans: list[Loan]) -> None:
        self._people([(borrower_name(loan), "borrower") for loan in loans])
        for loan in loans:
            for instruction in self._registration(loan):
                self._caller.send(LANE, instruction)

    def _registration(self, loan: Loan) -> Iterator[Instruction]:
        make, borrower = self._caller.make, borrower_name(loan)
        yield make(
            LANE, f"bind:{borrower}", "card_binding", holder=borrower, card=f"card:{borrower}",
            payee_hash=payee_hash(borrower),
        )  # fmt: skip
        has_fee = bool(self._options.fee_bp)
        if has_fee:
            yield make(LANE, f"consent:{borrower}", "fee_consent", holder=borrower, schedule=FEES, version=1)
        yield make(
            LANE, f"register:{loan.listing}", "listing_registration", listing=loan.listing, pool=POOL,
            borrower=borrower, person=f"person:{borrower}", currency=self._file.currency, pack=PACK,
            amount_minor=loan.amount_minor, rate_e6=0, rule="recorded", months=loan.term_months,
            raise_until=disbursement_day(loan), fee_schedule=FEES if has_fee else "",
            fee_item=FEE_ITEM if has_fee else "",
            recorded=tuple(map(_recorded, self._plans[loan.line])),
        )  # fmt: skip

    def _lend(self, loans: list[Loan]) -> None:
        if not loans:
            return
        for instruction in self._bids(loans):
            self._caller.send(LANE, instruction)
        make = self._caller.make
        answers = self._caller.wave(
            LANE, [make(LANE, f"disburse:{loan.listing}", "disbursement", listing=loan.listing) for loan in loans]
        )
        for loan, answer in zip(loans, answers, strict=True):
            net_minor = int(str(answer.detail["lent_minor"])) - int(str(answer.detail["fee_minor"]))
            if net_minor:
                self._caller.send(LANE, self._withdrawal(borrower_name(loan), net_minor))

    def _bids(self, loans: list[Loan]) -> Iterator[Instruction]:
        """Yield each lender's deposit of what he bids today, his mandate where he has none in force, and the bids."""
        needed: defaultdict[str, int] = defaultdict(int)
        for loan in loans:
            for number, amount_minor in self._drawn[loan.line]:
                needed[lender_name(number)] += amount_minor
        today, make = self._custodian.today, self._caller.make
        for lender, amount_minor in needed.items():
            yield self._custodian.deposit(LANE, f"deposit:{lender}:{today}", lender, amount_minor)
            yield from self._mandate(lender, "bid", self._bidding[lender])
        for loan in loans:
            for number, amount_minor in self._drawn[loan.line]:
                lender = lender_name(number)
                yield make(
                    LANE, f"bid:{loan.listing}:{lender}", "bid_hold", lender=lender, listing=loan.listing,
                    amount_minor=amount_minor, mandate=_mandate_id(lender, "bid", self._bidding[lender]),
                )  # fmt: skip

    def _withdrawal(self, borrower: str, amount_minor: int) -> Instruction:
        return self._caller.make(
            LANE, f"withdraw:{borrower}", "withdrawal", holder=borrower, card=f"card:{borrower}",
            bank_account=bank_account_of(POOL), amount_minor=amount_minor, payee_hash=payee_hash(borrower),
        )  # fmt: skip

    def _repayments(self, payments: list[tuple[Loan, int, Payment]]) -> Iterator[Instruction]:
        make = self._caller.make
        for loan, number, payment in payments:
            borrower, mandate = borrower_name(loan), self._repaying[loan.line]
            yield from self._mandate(borrower, "repayment", mandate, loan.listing)
            yield self._custodian.deposit(LANE, f"deposit:{borrower}:{number}", borrower, payment.amount_minor)
            yield make(
                LANE, f"repay:{loan.listing}:{number}", "repayment", listing=loan.listing, borrower=borrower,
                plan_row=number, principal_minor=payment.principal_minor, interest_minor=payment.interest_minor,
                late_minor=payment.late_minor, mandate=_mandate_id(borrower, "repayment", mandate),
            )  # fmt: skip

    def _mandate(self, holder: str, type: str, mandate: Mandate, listing: str = "") -> Iterator[Instruction]:
        """Yield the grant of a mandate where none is in force today."""
        today = self._custodian.today
        if today <= mandate.until:
            return
        mandate.count += 1
        mandate.until = add_months(today, MONTHS)
        yield self._caller.make(
            LANE, _mandate_id(holder, type, mandate), "mandate_grant", holder=holder, type=type,
            cap_minor=mandate.cap_minor, until=mandate.until, listing=listing,
        )  # fmt: skip


def lender_name(number: int) -> str:
    """Return a lender's account by his number from 0."""
    return f"lender-{number + 1}"


def borrower_name(loan: Loan) -> str:
    """Return the account of a loan's borrower."""
    return f"borrower-{loan.line}"


def payee_hash(holder: str) -> str:
    """Return what stands for the hash of account and name of a card."""
    return f"payee:{holder}"


def _mandate_id(holder: str, type: str, mandate: Mandate) -> str:
    return f"mandate:{holder}:{type}:{mandate.count}"


def _recorded(row: PlanRow) -> RecordedRow:
    return RecordedRow(row.due_date, row.principal_minor, row.interest_minor)
