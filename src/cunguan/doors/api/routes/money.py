"""Money on its way (冻结、充值、提现、授权): holds, deposits, withdrawals, mandates, cards, fees, and what is owed.

Returns rows as they stand, by id; filters narrow a list
"""

from msgspec import UNSET, UnsetType

from cunguan.doors.api.endpoint import Endpoint
from cunguan.doors.api.lists import Id, Items, Paged, Word, finder, lister
from cunguan.store import shown


class HoldsQuery(Paged, frozen=True):
    """Filters of holds."""

    owner: Id | UnsetType = UNSET
    listing: Id | UnsetType = UNSET
    purpose: Word | UnsetType = UNSET
    state: shown.HoldState | UnsetType = UNSET


class DepositsQuery(Paged, frozen=True):
    """Filters of deposits."""

    holder: Id | UnsetType = UNSET
    state: shown.DepositState | UnsetType = UNSET


class WithdrawalsQuery(Paged, frozen=True):
    """Filters of withdrawals."""

    holder: Id | UnsetType = UNSET
    state: shown.WithdrawalState | UnsetType = UNSET


class MandatesQuery(Paged, frozen=True):
    """Filters of mandates."""

    holder: Id | UnsetType = UNSET
    type: Word | UnsetType = UNSET
    state: shown.MandateState | UnsetType = UNSET


class CardsQuery(Paged, frozen=True):
    """Filters of cards."""

    holder: Id | UnsetType = UNSET
    state: shown.CardState | UnsetType = UNSET


class FeeSchedulesQuery(Paged, frozen=True):
    """Filters of fee schedules."""

    schedule: Id | UnsetType = UNSET
    state: shown.FeeScheduleState | UnsetType = UNSET


class FeeConsentsQuery(Paged, frozen=True):
    """Filters of confirmations of fees."""

    holder: Id | UnsetType = UNSET
    schedule: Id | UnsetType = UNSET
    state: shown.FeeConsentState | UnsetType = UNSET


class FeeChargesQuery(Paged, frozen=True):
    """Filters of fees that were paid."""

    holder: Id | UnsetType = UNSET


class PayoutsQuery(Paged, frozen=True):
    """Filters of the platform's own payments."""

    owner: Id | UnsetType = UNSET
    state: shown.PayoutState | UnsetType = UNSET


class PayeesQuery(Paged, frozen=True):
    """Filters of payees."""

    owner: Id | UnsetType = UNSET
    state: shown.PayeeState | UnsetType = UNSET


class PartnersQuery(Paged, frozen=True):
    """Filters of partners."""

    pool: Id | UnsetType = UNSET
    state: shown.PartnerState | UnsetType = UNSET


class ClientDebtsQuery(Paged, frozen=True):
    """Filters of clients' debts."""

    holder: Id | UnsetType = UNSET
    pool: Id | UnsetType = UNSET
    state: shown.ClientDebtState | UnsetType = UNSET


class UnclaimedQuery(Paged, frozen=True):
    """Filters of unclaimed balances."""

    holder: Id | UnsetType = UNSET
    state: shown.UnclaimedState | UnsetType = UNSET


#: path, one of it, rows, filters, what the list is
_LISTS = (
    ("holds",         "hold",              shown.Hold,        HoldsQuery,        "holds (冻结)"),
    ("deposits",      "deposit",           shown.Deposit,     DepositsQuery,     "deposits (充值)"),
    ("withdrawals",   "withdrawal",        shown.Withdrawal,  WithdrawalsQuery,  "withdrawals (提现)"),
    ("mandates",      "mandate",           shown.Mandate,     MandatesQuery,     "mandates (授权)"),
    ("cards",         "card",              shown.Card,        CardsQuery,        "bound cards (绑卡)"),
    ("fee-schedules", "fee schedule",      shown.FeeSchedule, FeeSchedulesQuery, "fee schedules (收费标准)"),
    ("fee-consents",  "fee consent",       shown.FeeConsent,  FeeConsentsQuery,  "clients' confirmations of fees (收费确认)"),
    ("fee-charges",   "fee charge",        shown.FeeCharge,   FeeChargesQuery,   "fees that clients paid (收费)"),
    ("payouts",       "payout",            shown.Payout,      PayoutsQuery,      "payments of the platform's own money (付款)"),
    ("payees",        "payee",             shown.Payee,       PayeesQuery,       "accounts the platform's own money may go to (收款账户)"),
    ("partners",      "partner",           shown.Partner,     PartnersQuery,     "partners (合作方)"),
    ("client-debts",  "client debt",       shown.ClientDebt,  ClientDebtsQuery,  "clients' debts (客户欠款)"),
    ("unclaimed",     "unclaimed balance", shown.Unclaimed,   UnclaimedQuery,    "unclaimed balances (久悬未取)"),
)  # fmt: skip

ENDPOINTS = tuple(
    endpoint
    for path, name, shape, query, of_list in _LISTS
    for endpoint in (
        Endpoint(
            "GET",
            f"/v1/{path}",
            f"List {of_list}",
            "read",
            lister(shape),
            answer=Items[shape],  # type: ignore[valid-type]  # which one the table says
            query=query,
            tag="money",
        ),
        Endpoint(
            "GET", f"/v1/{path}/{{id}}", f"Get one {name}", "read", finder(shape, name), answer=shape, tag="money"
        ),
    )
)
