"""Shown (平台可见的行): the rows of kernel/rows.py as a platform is shown them at its door.

Shape   a value a row; its fields are the columns that are read, in this order. What the custodian alone needs (numbers of
        accounts, sequences of authorities) is not among them. LISTS says of each what it can be asked by
Units   `…_minor` whole minor units, `…_e6` millionths a year, dates are business dates; `seq` is the sequence that opened it
Source  kernel/rows.py; published in the contract of the platform's door: fields are added, never taken away
"""

from datetime import date
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeAlias

import msgspec
from msgspec import Meta

from cunguan.kernel import rows
from cunguan.kernel.machine import Machine
from cunguan.states import MACHINES


def _states(machine: Machine) -> Any:
    return Literal[tuple(sorted(machine.states))]


#: begins who asked for a reversal, where that was the platform
ASKED_BY_PLATFORM = "platform:"

if TYPE_CHECKING:  # what is computed is no type for a checker: to it a state is text
    AccountState: TypeAlias = str
    AdjustmentState: TypeAlias = str
    CardState: TypeAlias = str
    ClaimState: TypeAlias = str
    ClientDebtState: TypeAlias = str
    DepositState: TypeAlias = str
    FeeConsentState: TypeAlias = str
    FeeScheduleState: TypeAlias = str
    HoldState: TypeAlias = str
    ListingState: TypeAlias = str
    MandateState: TypeAlias = str
    PartnerState: TypeAlias = str
    PayeeState: TypeAlias = str
    PayoutState: TypeAlias = str
    PlanRowState: TypeAlias = str
    PoolState: TypeAlias = str
    RunState: TypeAlias = str
    SaleState: TypeAlias = str
    TrusteePayeeState: TypeAlias = str
    UnclaimedState: TypeAlias = str
    WithdrawalState: TypeAlias = str
else:
    AccountState = _states(MACHINES["account"])
    AdjustmentState = _states(MACHINES["adjustment"])
    CardState = _states(MACHINES["card"])
    ClaimState = _states(MACHINES["claim"])
    ClientDebtState = _states(MACHINES["client_debt"])
    DepositState = _states(MACHINES["deposit"])
    FeeConsentState = _states(MACHINES["fee_consent"])
    FeeScheduleState = _states(MACHINES["fee_schedule"])
    HoldState = _states(MACHINES["hold"])
    ListingState = _states(MACHINES["listing"])
    MandateState = _states(MACHINES["mandate"])
    PartnerState = _states(MACHINES["partner"])
    PayeeState = _states(MACHINES["payee"])
    PayoutState = _states(MACHINES["payout"])
    PlanRowState = _states(MACHINES["plan_row"])
    PoolState = _states(MACHINES["pool"])
    RunState = _states(MACHINES["run"])
    SaleState = _states(MACHINES["claim_sale"])
    TrusteePayeeState = _states(MACHINES["trustee_payee"])
    UnclaimedState = _states(MACHINES["unclaimed"])
    WithdrawalState = _states(MACHINES["withdrawal"])

Minor = Annotated[int, Meta(description="whole minor units of the pool's currency")]
Seq = Annotated[int, Meta(description="sequence of the lane: what this instruction was the n-th of")]
Rate = Annotated[int, Meta(description="millionths a year: 120000 is 12 %")]


class Pool(msgspec.Struct, frozen=True):
    """A pool (资金存管专用账户): one currency and regime of the platform."""

    id: str
    currency: str
    regime: str
    state: PoolState


class Account(msgspec.Struct, frozen=True):
    """A holder account (子账户): one client in one role."""

    id: str
    person: str
    pool: str
    role: str
    kind: str
    state: AccountState
    key_id: str
    method: str
    source: str
    is_under_order: Annotated[bool, Meta(description="a legal order is in force over his money here")]
    has_waiting_order: Annotated[
        bool, Meta(description="an order is not filled: whatever is credited goes to it first")
    ]


class Card(msgspec.Struct, frozen=True):
    """A bound withdrawal card (绑卡), by opaque reference."""

    id: str
    holder: str
    payee_hash: str
    bound_date: date
    cooling_until: date
    state: CardState


class FeeItem(msgspec.Struct, frozen=True):
    """One line of a fee schedule: basis points of the amount, plus a fixed part, at most a cap a charge."""

    item: str
    basis: str
    rate_bp: int
    fixed_minor: Minor
    cap_minor: Minor
    month_cap_minor: Minor


class FeeSchedule(msgspec.Struct, frozen=True):
    """A published version of a fee schedule (收费标准)."""

    id: str
    schedule: str
    version: int
    published_date: date
    items: list[FeeItem]
    state: FeeScheduleState


class FeeConsent(msgspec.Struct, frozen=True):
    """A client's confirmation of one version of a schedule (收费确认)."""

    id: str
    holder: str
    schedule: str
    version: int
    month: str
    used_month_minor: Minor
    state: FeeConsentState


class FeeCharge(msgspec.Struct, frozen=True):
    """A fee a client has paid (收费), and what of it was given back."""

    id: str
    holder: str
    fee_minor: Minor
    refunded_minor: Minor
    seq: Seq


class Mandate(msgspec.Struct, frozen=True):
    """A standing authority (授权) with type, cap and expiry."""

    id: str
    holder: str
    type: str
    cap_minor: Minor
    used_minor: Minor
    left_minor: Minor
    until: date
    listing: str
    state: MandateState


class Deposit(msgspec.Struct, frozen=True):
    """A deposit (充值)."""

    id: str
    holder: str
    channel: str
    amount_minor: Minor
    seq: Seq
    state: DepositState


class Withdrawal(msgspec.Struct, frozen=True):
    """A withdrawal (提现) with its fee."""

    id: str
    holder: str
    card: str
    bank_account: str
    amount_minor: Minor
    fee_minor: Minor
    end_to_end_id: str
    mandate: str
    seq: Seq
    state: WithdrawalState


class Hold(msgspec.Struct, frozen=True):
    """A hold (冻结): an amount set aside for one purpose; captured, released and remaining add up to it."""

    id: str
    owner: str
    purpose: str
    listing: str
    amount_minor: Minor
    captured_minor: Minor
    released_minor: Minor
    remaining_minor: Minor
    release_by: date
    mandate: str
    seq: Seq
    state: HoldState


class Listing(msgspec.Struct, frozen=True):
    """A listing (标的): what was agreed, and what was raised, lent and repaid so far.

    `raised_minor` is held and lent together; `outstanding_minor` is lent and not repaid; interest and late charge are paid ones.
    """

    id: str
    pool: str
    borrower: str
    amount_minor: Minor
    rate_e6: Rate
    rule: str
    months: int
    raise_until: date
    release_by: date
    full_by: date | None
    grace_days: int
    late_rate_e6: Rate | None
    early: bool
    fee_schedule: str
    fee_item: str
    raised_minor: Minor
    held_minor: Minor
    lent_minor: Minor
    repaid_minor: Minor
    outstanding_minor: Minor
    interest_minor: Minor
    late_minor: Minor
    disbursed_date: date | None
    seq: Seq
    state: ListingState


class PlanRow(msgspec.Struct, frozen=True):
    """A row of the repayment plan (还款计划); what a guarantor paid for it the borrower still owes, to him."""

    id: str
    listing: str
    number: int
    due_date: date
    principal_minor: Minor
    interest_minor: Minor
    paid_principal_minor: Minor
    paid_interest_minor: Minor
    paid_late_minor: Minor
    compensated_principal_minor: Minor
    compensated_interest_minor: Minor
    compensated_late_minor: Minor
    state: PlanRowState


class Claim(msgspec.Struct, frozen=True):
    """A claim (债权): principal still owed, interest and late charge received; `rank` 2 is a guarantor's, which waits."""

    id: str
    listing: str
    holder: str
    rank: int
    principal_minor: Minor
    interest_minor: Minor
    late_minor: Minor
    recourse_interest_minor: Minor
    recourse_late_minor: Minor
    acquired_date: date | None
    seq: Seq
    state: ClaimState


class Sale(msgspec.Struct, frozen=True):
    """A share of a claim offered to others (债权出让)."""

    id: str
    claim: str
    listing: str
    seller: str
    share_minor: Minor
    sold_minor: Minor
    left_minor: Minor
    floor_minor: Minor
    accrued: str
    until: date
    seq: Seq
    state: SaleState


class Guarantee(msgspec.Struct, frozen=True):
    """A guarantor's own word for one listing (担保)."""

    id: str
    listing: str
    guarantor: str
    person: str
    seq: Seq


class TrusteePayee(msgspec.Struct, frozen=True):
    """A third payee of a loan (受托支付), named by the borrower."""

    id: str
    listing: str
    borrower: str
    trustee: str
    amount_minor: Minor
    seq: Seq
    state: TrusteePayeeState


class Run(msgspec.Struct, frozen=True):
    """A large instruction that is carried out step by step; `next_step` past `steps` is its end."""

    id: str
    kind: str
    listing: str
    holder: str
    steps: int
    next_step: int
    total_minor: Minor
    seq: Seq
    state: RunState


class Payout(msgspec.Struct, frozen=True):
    """A payment of the platform's or a partner's own money out of the pool (付款)."""

    id: str
    pool: str
    bank_account: str
    owner: str
    payee_hash: str
    amount_minor: Minor
    end_to_end_id: str
    seq: Seq
    state: PayoutState


class Payee(msgspec.Struct, frozen=True):
    """An account outside the pool where the platform's or a partner's own money may be paid to."""

    id: str
    owner: str
    payee_hash: str
    bound_date: date
    state: PayeeState


class Partner(msgspec.Struct, frozen=True):
    """A partner of the platform (合作方) with a share of fees in the pool."""

    id: str
    pool: str
    kind: str
    state: PartnerState


class ClientDebt(msgspec.Struct, frozen=True):
    """Money a client used before its channel took it back (客户欠款)."""

    id: str
    holder: str
    pool: str
    deposit: str
    amount_minor: Minor
    repaid_minor: Minor
    seq: Seq
    state: ClientDebtState


class Unclaimed(msgspec.Struct, frozen=True):
    """A balance whose owner is not found (久悬未取): his at any time."""

    id: str
    holder: str
    amount_minor: Minor
    given_back_minor: Minor
    since_date: date
    seq: Seq
    state: UnclaimedState


class Reversal(msgspec.Struct, frozen=True):
    """A platform's request that a wrong credit is reversed (冲正申请)."""

    id: str
    of: str
    line: int
    holder: str
    amount_minor: Minor
    reason: str
    seq: Seq
    state: AdjustmentState


class Listed(msgspec.Struct, frozen=True):
    """How one kind of row is read.

    walked   columns with an index in which the ids of each value stand in order: a page is read from its place
    fetched  columns with an index without the ids: all rows of the value are fetched, and sorted
    figures  fields that are no columns, as SQL
    only     what a row must be to be shown at all
    """

    row: type[rows.Row]
    walked: tuple[str, ...] = ()
    fetched: tuple[str, ...] = ()
    figures: dict[str, str] = {}
    only: str = ""


LISTS: dict[type[msgspec.Struct], Listed] = {
    #                     row                  walked        fetched
    Pool:          Listed(rows.Pool),
    Account:       Listed(rows.Holder,         (),           ("person",), {"is_under_order": "legal_orders > 0",
                                                                           "has_waiting_order": "waiting_orders > 0"}),
    Card:          Listed(rows.Card,           (),           ("holder",)),
    FeeSchedule:   Listed(rows.FeeSchedule),
    FeeConsent:    Listed(rows.FeeConsent),
    FeeCharge:     Listed(rows.FeeCharge),
    Mandate:       Listed(rows.Mandate,        (),           ("holder",), {"left_minor": "cap_minor - used_minor"}),
    Deposit:       Listed(rows.Deposit,        ("holder",)),
    Withdrawal:    Listed(rows.Withdrawal,     ("holder",)),
    Hold:          Listed(rows.Hold,           ("owner",),   ("listing",),
                          {"remaining_minor": "amount_minor - captured_minor - released_minor"}),
    Listing:       Listed(rows.Listing,        (),           ("borrower",), {"raised_minor": "held_minor + lent_minor",
                                                                             "outstanding_minor": "lent_minor - repaid_minor"}),
    PlanRow:       Listed(rows.PlanRow),
    Claim:         Listed(rows.Claim,          (),           ("listing", "holder")),
    Sale:          Listed(rows.ClaimSale,      (),           ("listing",), {"left_minor": "share_minor - sold_minor"}),
    Guarantee:     Listed(rows.Guarantee,      (),           ("listing",)),
    TrusteePayee:  Listed(rows.TrusteePayee,   (),           ("listing",)),
    Run:           Listed(rows.Run,            (),           ("listing",)),
    # What is taken for a court, or goes back from suspense, is the custodian's business.
    Payout:        Listed(rows.Payout, only="kind = 'platform_money'"),
    Payee:         Listed(rows.Payee,          (),           ("owner",)),
    Partner:       Listed(rows.Partner),
    ClientDebt:    Listed(rows.ClientDebt,     (),           ("holder",)),
    Unclaimed:     Listed(rows.Unclaimed,      (),           ("holder",)),
    # What the custodian's own people ask for is between them.
    Reversal:      Listed(rows.Adjustment,     (),           ("of",), only=f"left(asked_by, 9) = '{ASKED_BY_PLATFORM}'"),
}  # fmt: skip
