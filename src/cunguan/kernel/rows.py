"""Rows (事实行): every mutable fact that a decision may read, one value a kind.

Shape   a frozen value for each table of the same name; `id` is unique in its lane, the lane is implied
Units   `…_minor` whole minor units, `…_e6` millionths a year, dates are business dates, `seq`/`authority`
        are sequences of the lane: what opened the row, and which instruction brought the client's authority
Reads   the plane keeps them in its book; store/schema holds the same columns (a test compares)
Source  design/lanes.md rules 8 and 15; domain-decisions.md 2, 13, 14, 18, 30
"""

from datetime import date
from typing import ClassVar

import msgspec


class Row(msgspec.Struct, frozen=True, gc=False):
    """A fact with an id. `INDEXED` names the fields by which a whole set can be read."""

    INDEXED: ClassVar[tuple[str, ...]] = ()

    id: str

    def accounts(self) -> tuple[int, ...]:
        """Return the numbers of the accounts that belong to this row; their balances are loaded with it."""
        return ()


# ── the lane itself ──────────────────────────────────────────────────────────
class Day(Row, frozen=True, gc=False):
    """The lane's day (日切): one row, id "day". The next free account number is counted here."""

    business_date: date
    next_account: int
    state: str
    platform: str
    pack: str
    sandbox: bool


class Pool(Row, frozen=True, gc=False):
    """A pool (资金存管专用账户): one currency and regime of one platform, with the platform's own accounts."""

    currency: str
    regime: str
    state: str
    base: int
    firm: int  # 1030, an asset: negative like every asset account
    line_minor: int = 0  # the set line: while more than this is missing, clients' payouts stop too

    def accounts(self) -> tuple[int, ...]:
        return (self.firm, *range(self.base, self.base + 10))


class BankAccount(Row, frozen=True, gc=False):
    """A real account of a pool at a bank; `account` is its 1010 in the books."""

    pool: str
    account: int
    channel: str
    reference: str
    state: str

    def accounts(self) -> tuple[int, ...]:
        return (self.account,)


class Clearing(Row, frozen=True, gc=False):
    """Money a channel owes the pool for one settlement date (1020); id pool:channel:date."""

    pool: str
    channel: str
    settle_date: date
    account: int

    def accounts(self) -> tuple[int, ...]:
        return (self.account,)


class Account(msgspec.Struct, frozen=True, gc=False):
    """One account of the chart; numbers of assets are negative, of liabilities positive. Never changes."""

    account: int
    code: str
    owner: str
    pool: str
    currency: str


# ── persons, in lane 0 ───────────────────────────────────────────────────────
class Platform(Row, frozen=True, gc=False):
    """A platform (委托人) in the directory; its lane number is never used again."""

    lane: int
    pack: str
    state: str
    sandbox: bool


class LaneNumber(Row, frozen=True, gc=False):
    """A lane number that was given away, for ever; the id is the number in digits."""

    platform: str


class Person(Row, frozen=True, gc=False):
    """A person (客户本人) by opaque reference; `kind` is person or company."""

    kind: str
    state: str
    method: str
    source: str
    lock: str


class Link(Row, frozen=True, gc=False):
    """A person may have accounts in a lane; id person:lane. Locks fan out along links."""

    INDEXED: ClassVar[tuple[str, ...]] = ("person",)

    person: str
    lane: int


class Exposure(Row, frozen=True, gc=False):
    """What a person has reserved over all platforms of the custodian in one currency; id person:currency."""

    person: str
    reserved_minor: int


class Reservation(Row, frozen=True, gc=False):
    """A part of a custodian-wide limit set aside for one later instruction of one lane."""

    person: str
    lane: int
    instruction_id: str
    currency: str
    amount_minor: int
    review_date: date
    state: str


class LockOrder(Row, frozen=True, gc=False):
    """A lock of a person, fanned out to his lanes."""

    person: str
    state: str
    reason: str


# ── holders, in a platform's lane ────────────────────────────────────────────
class PersonHere(Row, frozen=True, gc=False):
    """What this lane knows of a person: whether he is locked, by which act."""

    state: str
    act: str


class Holder(Row, frozen=True, gc=False):
    """A holder account (子账户): five accounts of one owner, from `base` on."""

    INDEXED: ClassVar[tuple[str, ...]] = ("person",)

    person: str
    pool: str
    role: str
    kind: str
    state: str
    base: int
    key_id: str
    method: str
    source: str
    waiting_orders: int = 0  # legal orders with an unfilled remainder here: each credit goes to them first
    legal_orders: int = 0  # legal orders in force here: no bid hold is captured without a word of two people

    @property
    def available(self) -> int:
        """2010, what the client may use."""
        return self.base

    @property
    def uncleared(self) -> int:
        """2015, paid in but not settled."""
        return self.base + 1

    @property
    def held(self) -> int:
        """2020, set aside for a purpose."""
        return self.base + 2

    @property
    def outbound(self) -> int:
        """2030, on the way to the bank."""
        return self.base + 3

    @property
    def frozen(self) -> int:
        """2040, under a legal order."""
        return self.base + 4

    def accounts(self) -> tuple[int, ...]:
        base = self.base
        return (base, base + 1, base + 2, base + 3, base + 4)


class ClientKey(Row, frozen=True, gc=False):
    """The public key that verifies a client's confirmations; he may have several."""

    INDEXED: ClassVar[tuple[str, ...]] = ("holder",)

    holder: str
    evidence_kind: str
    public_key: bytes
    state: str


class ClientLimit(Row, frozen=True, gc=False):
    """What may leave an account (客户限额), by its holder's id: by one withdrawal and in a day, now and later (seconds since 1970)."""

    each_minor: int
    day_minor: int
    later_each_minor: int
    later_day_minor: int
    later_at: int
    used_date: date
    used_minor: int
    used_by_code_minor: int


class Card(Row, frozen=True, gc=False):
    """A bound withdrawal card (绑卡) by opaque reference; `payee_hash` fixes account and name."""

    INDEXED: ClassVar[tuple[str, ...]] = ("holder",)

    holder: str
    payee_hash: str
    bound_date: date
    cooling_until: date
    state: str


class FeeItem(msgspec.Struct, frozen=True, gc=False):
    """One line of a fee schedule: basis points of the amount, plus a fixed part, at most a cap a charge."""

    item: str
    basis: str  # bp | fixed
    rate_bp: int
    fixed_minor: int
    cap_minor: int
    month_cap_minor: int


class FeeSchedule(Row, frozen=True, gc=False):
    """A published version of a fee schedule; id schedule:version."""

    schedule: str
    version: int
    published_date: date
    items: tuple[FeeItem, ...]
    state: str


class FeeConsent(Row, frozen=True, gc=False):
    """A client's confirmation of one schedule version; id holder:schedule."""

    holder: str
    schedule: str
    version: int
    authority: int
    month: str
    used_month_minor: int
    state: str


class Mandate(Row, frozen=True, gc=False):
    """A standing authority (授权) with type, cap and expiry."""

    INDEXED: ClassVar[tuple[str, ...]] = ("holder",)

    holder: str
    type: str
    cap_minor: int
    used_minor: int
    until: date
    listing: str
    authority: int
    state: str


# ── money on its way ─────────────────────────────────────────────────────────
class Deposit(Row, frozen=True, gc=False):
    """A deposit (充值)."""

    holder: str
    channel: str
    clearing: str
    amount_minor: int
    seq: int
    state: str


class Withdrawal(Row, frozen=True, gc=False):
    """A withdrawal (提现): principal in 2030, its fee in 2020 until the bank has paid."""

    holder: str
    card: str
    payee_hash: str
    bank_account: str
    amount_minor: int
    fee_minor: int
    end_to_end_id: str
    authority: int
    fee_authority: int
    seq: int
    state: str
    mandate: str = ""  # the standing authority it used: what does not leave is given back to its cap


class Hold(Row, frozen=True, gc=False):
    """A hold (冻结): owner, amount, purpose, listing and release date never change."""

    INDEXED: ClassVar[tuple[str, ...]] = ("listing",)

    owner: str
    account: int
    purpose: str
    listing: str
    amount_minor: int
    captured_minor: int
    released_minor: int
    release_by: date
    authority: int
    seq: int
    state: str
    mandate: str = ""  # the standing authority it used: what is released is given back to its cap

    @property
    def remaining_minor(self) -> int:
        """What is neither captured nor released."""
        return self.amount_minor - self.captured_minor - self.released_minor


# ── loans ────────────────────────────────────────────────────────────────────
class RecordedRow(msgspec.Struct, frozen=True, gc=False):
    """One plan row of a recorded schedule."""

    due_date: date
    principal_minor: int
    interest_minor: int


class Listing(Row, frozen=True, gc=False):
    """A listing (标的): commitment and figures; held and lent count clients' and marketing money."""

    INDEXED: ClassVar[tuple[str, ...]] = ("borrower",)

    pool: str
    borrower: str
    amount_minor: int
    rate_e6: int
    rule: str
    months: int
    raise_until: date
    release_by: date  # of every hold for this listing: raise_until and the days a full listing may wait
    full_by: date | None
    grace_days: int
    late_rate_e6: int | None  # None: not limited (recorded books)
    early: bool
    fee_schedule: str
    fee_item: str
    recorded: tuple[RecordedRow, ...]
    reservation: str
    held_minor: int
    lent_minor: int
    repaid_minor: int
    interest_minor: int
    late_minor: int
    disbursed_date: date | None
    seq: int
    state: str


class PlanRow(Row, frozen=True, gc=False):
    """A row of the repayment plan; id listing:number."""

    INDEXED: ClassVar[tuple[str, ...]] = ("listing",)

    listing: str
    number: int
    due_date: date
    principal_minor: int
    interest_minor: int
    paid_principal_minor: int
    paid_interest_minor: int
    paid_late_minor: int
    state: str
    compensated_principal_minor: int = 0  # what a guarantor paid for it; the borrower still owes that, to him
    compensated_interest_minor: int = 0
    compensated_late_minor: int = 0


class Claim(Row, frozen=True, gc=False):
    """A claim (债权) in the register 9010; `weight_minor` is the part of the loan it stands for, sold parts apart.

    rank            1 a lender's; 2 a guarantor's, gained by compensation: it waits for the lenders (decision 19)
    recourse_…      interest and late charge a guarantor paid, which the borrower owes him
    carried_…       what was received for this part of the loan before it was bought, less what went with a part sold:
                    the figures by which interest goes on to follow the weights, whoever holds them
    acquired_date   None: with the disbursement
    """

    INDEXED: ClassVar[tuple[str, ...]] = ("listing", "holder")

    listing: str
    holder: str
    rank: int
    weight_minor: int
    principal_minor: int
    interest_minor: int
    late_minor: int
    seq: int
    state: str
    recourse_interest_minor: int = 0
    recourse_late_minor: int = 0
    carried_interest_minor: int = 0
    carried_late_minor: int = 0
    acquired_date: date | None = None


class RelatedParty(Row, frozen=True, gc=False):
    """A person who is the platform itself or its affiliate (关联方); id is the person's."""

    relation: str
    seq: int
    state: str


class Guarantee(Row, frozen=True, gc=False):
    """A guarantor's own word for one listing (担保), given before the loan; id is the instruction's."""

    INDEXED: ClassVar[tuple[str, ...]] = ("listing",)

    listing: str
    guarantor: str
    person: str
    authority: int
    seq: int


class TrusteePayee(Row, frozen=True, gc=False):
    """A third payee of a loan (受托支付), named by the borrower; id is the instruction's."""

    INDEXED: ClassVar[tuple[str, ...]] = ("listing",)

    listing: str
    borrower: str
    trustee: str
    amount_minor: int
    authority: int
    seq: int
    state: str


class ClaimSale(Row, frozen=True, gc=False):
    """A share of a claim offered to others (债权出让): share, lowest price of it all, how accrued interest is treated."""

    INDEXED: ClassVar[tuple[str, ...]] = ("listing",)

    claim: str
    listing: str
    seller: str
    share_minor: int
    sold_minor: int
    floor_minor: int
    accrued: str
    until: date
    authority: int
    seq: int
    state: str

    @property
    def left_minor(self) -> int:
        """What nobody has bought yet."""
        return self.share_minor - self.sold_minor


class Run(Row, frozen=True, gc=False):
    """A large instruction cut into steps whose items were fixed at once."""

    INDEXED: ClassVar[tuple[str, ...]] = ("listing",)

    kind: str
    listing: str
    holder: str
    plan_row: str
    steps: int
    next_step: int
    total_minor: int
    authority: int
    fee_authority: int
    seq: int
    state: str


class RunItem(Row, frozen=True, gc=False):
    """One payee of a run; its figures never change. id run:number."""

    INDEXED: ClassVar[tuple[str, ...]] = ("step",)

    step: str  # run:step
    subject: str  # the hold, the claim, or the trustee payee
    holder: str
    principal_minor: int
    interest_minor: int
    late_minor: int
    fee_minor: int


class Message(Row, frozen=True, gc=False):
    """A message to send once it is committed (outbox): to a bank channel, or to another lane."""

    channel: str
    kind: str
    payload: bytes
    seq: int
    state: str


# ── accounts opened when they are first needed ───────────────────────────────
class FurtherAccount(Row, frozen=True, gc=False):
    """An account beside the five of a holder and the ten of a pool: 1040, 2155, 2160, 2310; id owner:code."""

    owner: str
    code: str
    pool: str
    account: int

    def accounts(self) -> tuple[int, ...]:
        return (self.account,)


# ── the custodian's side of a pool ───────────────────────────────────────────
class SuspenseItem(Row, frozen=True, gc=False):
    """Money the bank shows and nobody is known to own yet (挂账); `code` says where: 2210, 2220 or 2230."""

    INDEXED: ClassVar[tuple[str, ...]] = ("pool",)

    pool: str
    bank_account: str
    code: str
    owner: str
    amount_minor: int
    left_minor: int
    received_date: date
    reference: str
    payee_hash: str  # where it came from, and may go back to
    break_id: str
    seq: int
    state: str


class Payout(Row, frozen=True, gc=False):
    """A payment out of the pool that is no client's withdrawal (付款).

    account    debited when the bank has paid
    came_from  the account it stood on before, and goes back to when the bank rejects it; 0: it never left `account`
    """

    INDEXED: ClassVar[tuple[str, ...]] = ("subject",)

    kind: str
    subject: str
    pool: str
    bank_account: str
    account: int
    came_from: int
    owner: str
    payee_hash: str
    amount_minor: int
    end_to_end_id: str
    authority: int
    seq: int
    state: str

    def accounts(self) -> tuple[int, ...]:
        return (self.account, self.came_from) if self.came_from else (self.account,)


class Payee(Row, frozen=True, gc=False):
    """An account outside the pool of the platform itself or of a partner, where his own money may be paid to."""

    INDEXED: ClassVar[tuple[str, ...]] = ("owner",)

    owner: str
    payee_hash: str
    bound_date: date
    state: str


class Partner(Row, frozen=True, gc=False):
    """A partner of the platform (合作方) with a share of fees in the pool, 2160."""

    pool: str
    account: int
    kind: str
    state: str

    def accounts(self) -> tuple[int, ...]:
        return (self.account,)


class DailyTotal(Row, frozen=True, gc=False):
    """What was done of something on one business date, where a rule caps it; id what:pool:date."""

    amount_minor: int


class FeeCharge(Row, frozen=True, gc=False):
    """A fee a client has paid (收费), and what of it was given back; id of what took it, a withdrawal's is the withdrawal's."""

    holder: str
    fee_minor: int
    refunded_minor: int
    seq: int


class Shortfall(Row, frozen=True, gc=False):
    """What the firm must make good in the pool (缺口), until its own money is there: 1030, or a client's debt, 1040.

    cause    bank_charge, loss, unexplained, channel_fee, fee_refund or correction: 1030. client_debt: 1040, and its id is the debt's
    """

    INDEXED: ClassVar[tuple[str, ...]] = ("pool", "found_date")

    pool: str
    amount_minor: int
    made_good_minor: int
    found_date: date
    cause: str
    reason: str
    seq: int
    state: str


class ClientDebt(Row, frozen=True, gc=False):
    """Money a client used before its channel took it back (客户欠款), 1040; never netted against others."""

    INDEXED: ClassVar[tuple[str, ...]] = ("holder", "pool")

    holder: str
    pool: str
    account: int
    deposit: str
    amount_minor: int
    repaid_minor: int
    seq: int
    state: str


class Unclaimed(Row, frozen=True, gc=False):
    """A balance whose owner is not found (久悬未取), 2310; his at any time, never income."""

    INDEXED: ClassVar[tuple[str, ...]] = ("holder",)

    holder: str
    account: int
    amount_minor: int
    given_back_minor: int
    since_date: date
    seq: int
    state: str


# ── orders and corrections ───────────────────────────────────────────────────
class LegalOrder(Row, frozen=True, gc=False):
    """An authority's order over a person's money (司法冻结), in lane 0; `filled_minor` is confirmed over all lanes.

    lifted_minor  what the authority has let go of; amount - lifted is what the order still asks for
    next_lane     the lane that is asked for the first time and has not answered; 0 when none is
    """

    INDEXED: ClassVar[tuple[str, ...]] = ("person",)

    person: str
    issuer: str
    instrument: str
    currency: str
    amount_minor: int
    lifted_minor: int
    filled_minor: int
    taken_minor: int
    next_lane: int
    expires: date
    maker: str
    checker: str
    seq: int
    state: str

    @property
    def unfilled_minor(self) -> int:
        """What it asks for and lane 0 has not confirmed as frozen."""
        return self.amount_minor - self.lifted_minor - self.filled_minor


class OrderShare(Row, frozen=True, gc=False):
    """A lane's share of an order, in lane 0: what was said to it, and what it has answered; id order:lane.

    limit_minor   what the lane may freeze in all, by the last word
    filled_minor  what it has frozen and lane 0 has confirmed
    word          the number of the last word to it
    heard_seq     the lane's sequence of its last report; 0: it has not answered yet
    """

    INDEXED: ClassVar[tuple[str, ...]] = ("legal_order",)

    legal_order: str
    lane: int
    limit_minor: int
    filled_minor: int
    taking_minor: int
    taken_minor: int
    doubtful_minor: int
    word: int
    heard_seq: int


class OrderHere(Row, frozen=True, gc=False):
    """An order's part in this lane; id is the order's.

    limit_minor   what this lane may freeze in all, by lane 0's last word; the order waits while less is frozen
    frozen_minor  what it has frozen in all, with what is being taken and was taken of it
    word          the number of lane 0's last word that was obeyed
    """

    INDEXED: ClassVar[tuple[str, ...]] = ("person",)

    person: str
    currency: str
    rank: int
    limit_minor: int
    frozen_minor: int
    taking_minor: int
    taken_minor: int
    doubtful_minor: int
    word: int
    seq: int
    state: str

    @property
    def waits(self) -> bool:
        """Whether the next credit goes to it."""
        return self.state == "in_force" and self.frozen_minor < self.limit_minor


class Freeze(Row, frozen=True, gc=False):
    """What an order has frozen of one holder in all; id order:holder. What is neither taken nor being taken is in 2040.

    seq  of the order in this lane, whose authority it is under
    """

    INDEXED: ClassVar[tuple[str, ...]] = ("legal_order",)

    legal_order: str
    holder: str
    account: int
    frozen_minor: int
    taking_minor: int
    taken_minor: int
    seq: int

    @property
    def left_minor(self) -> int:
        """What stands in 2040."""
        return self.frozen_minor - self.taking_minor - self.taken_minor


class HoldClearance(Row, frozen=True, gc=False):
    """Two people's word that a bid hold of a person under a legal order may be captured; id is the hold's."""

    seq: int


class Adjustment(Row, frozen=True, gc=False):
    """A correction by two people (冲正): the mirror of one posting of an earlier journal."""

    INDEXED: ClassVar[tuple[str, ...]] = ("of",)

    of: str  # the instruction whose credit was wrong
    of_seq: int
    line: int
    holder: str
    amount_minor: int
    asked_by: str
    reason: str
    seq: int
    state: str


class Certificate(Row, frozen=True, gc=False):
    """A signed certificate of balances taken over from another custodian (期初导入)."""

    pool: str
    document_hash: str
    total_minor: int
    holders: int
    seq: int


class ImportedBalance(Row, frozen=True, gc=False):
    """What a certificate says a client had with the old custodian; id is the holder's."""

    certificate: str
    amount_minor: int
    seq: int


class PaymentRelease(Row, frozen=True, gc=False):
    """Two people's word that a payment held since a restore may leave; id message:epoch, another restore needs another."""

    message: str
    epoch: int
    seq: int


class BidStop(Row, frozen=True, gc=False):
    """A stop of new bids in this lane (停止投标): one row, id "bids"; which days were left unconfirmed."""

    since_date: date
    until_date: date
    seq: int
    state: str


class OutgoingStop(Row, frozen=True, gc=False):
    """A stop of everything that lets money leave this lane's pools (停止出金): one row, id "outgoing"; for which break."""

    break_id: str
    since_date: date
    seq: int
    state: str


class PoolPapers(Row, frozen=True, gc=False):
    """The papers behind a bank account of a pool (存管合同、不抵销承诺函): until when they let deposits in; id of the account.

    contract  the version of the platform's contract with the custodian; letter: the bank's, that it sets nothing off
    """

    INDEXED: ClassVar[tuple[str, ...]] = ("pool",)

    pool: str
    contract: str
    contract_until: date
    letter: str
    review_date: date
    seq: int


# ── append-only facts beside the postings ────────────────────────────────────
class ClaimMove(msgspec.Struct, frozen=True, gc=False):
    """A change of the claim register: principal up or down, interest and late charge received, recourse for them."""

    claim: str
    listing: str
    holder: str
    principal_minor: int
    interest_minor: int
    late_minor: int
    recourse_interest_minor: int = 0
    recourse_late_minor: int = 0


class Posted(msgspec.Struct, frozen=True, gc=False):
    """A posting as it was committed, with the business date of its journal; what corrects it reads it."""

    seq: int
    line: int
    business_date: date
    debit: int
    credit: int
    amount_minor: int
    opened: int | None


class Earlier(msgspec.Struct, frozen=True, gc=False):
    """What became of an earlier instruction, as committed."""

    kind: str
    version: int
    state: str
    body: bytes


class Move(msgspec.Struct, frozen=True, gc=False):
    """A move of a state machine: what happened to which subject."""

    machine: str
    subject: str
    event: str
    state: str


#: every kind of row, in the order of the schema
ROWS: tuple[type[Row], ...] = (
    Day, Pool, BankAccount, Clearing, Platform, LaneNumber, Person, Link, Exposure, Reservation, LockOrder, PersonHere,
    Holder, ClientKey, ClientLimit, Card, FeeSchedule, FeeConsent, Mandate, Deposit, Withdrawal, Hold, Listing, PlanRow, Claim, Run,
    RunItem, Message, RelatedParty, Guarantee, TrusteePayee, ClaimSale, FurtherAccount, SuspenseItem, Payout, Payee,
    Partner, DailyTotal, FeeCharge, Shortfall, ClientDebt, Unclaimed, LegalOrder, OrderShare, OrderHere, Freeze,
    HoldClearance, Adjustment, Certificate, ImportedBalance, PaymentRelease, BidStop,
    OutgoingStop, PoolPapers,
)  # fmt: skip
