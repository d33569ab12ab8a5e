"""Tables: which row stands in which table, its columns, and the few of them that may ever change.

Shape   Table: name, row type, columns in the order of the row's fields, those that change
Reads   the types in kernel/rows.py; tests/store compares them with the schema
Source  design/lanes.md rules 15 and 18: the plane may UPDATE only what is named here
"""

import types
import typing
from datetime import date
from functools import cache

import msgspec

from cunguan.kernel import rows
from cunguan.kernel.rows import Row

#: python type -> PostgreSQL type
SQL_TYPE = {str: "text", int: "int8", bool: "bool", date: "date", bytes: "bytea", tuple: "jsonb"}

#: row -> (table, columns that change after the row was written)
_NAMES: dict[type[Row], tuple[str, str]] = {
    rows.Day:          ("lane_day",       "business_date next_account state pack"),
    rows.Pool:         ("pool",           "state line_minor"),
    rows.BankAccount:  ("bank_account",   "state"),
    rows.Clearing:     ("clearing",       ""),
    rows.Platform:     ("platform",       "state pack"),
    rows.LaneNumber:   ("lane_number",    ""),
    rows.Person:       ("person",         "state lock"),
    rows.Link:         ("person_link",    ""),
    rows.Exposure:     ("exposure",       "reserved_minor"),
    rows.Reservation:  ("reservation",    "amount_minor state"),
    rows.LockOrder:    ("lock_order",     "state"),
    rows.PersonHere:   ("person_here",    "state act"),
    rows.Holder:       ("holder_account", "state key_id waiting_orders legal_orders"),
    rows.ClientKey:    ("client_key",     "state"),
    rows.ClientLimit:  ("client_limit",   "each_minor day_minor later_each_minor later_day_minor later_at used_date used_minor "
                       "used_by_code_minor"),
    rows.Card:         ("card",           "cooling_until state"),
    rows.FeeSchedule:  ("fee_schedule",   "state"),
    rows.FeeConsent:   ("fee_consent",    "version authority month used_month_minor state"),
    rows.Mandate:      ("mandate",        "used_minor state"),
    rows.Deposit:      ("deposit",        "state"),
    rows.Withdrawal:   ("withdrawal",     "state"),
    rows.Hold:         ("hold",           "captured_minor released_minor state"),
    rows.Listing:      ("listing",        "full_by held_minor lent_minor repaid_minor interest_minor late_minor disbursed_date state"),
    rows.PlanRow:      ("plan_row",       "paid_principal_minor paid_interest_minor paid_late_minor state "
                      "compensated_principal_minor compensated_interest_minor compensated_late_minor"),
    rows.Claim:        ("claim",          "weight_minor principal_minor interest_minor late_minor state "
                      "recourse_interest_minor recourse_late_minor carried_interest_minor carried_late_minor"),
    rows.Run:          ("run",            "next_step state"),
    rows.RunItem:      ("run_item",       ""),
    rows.Message:      ("outbox",         "state"),
    rows.RelatedParty:   ("related_party",   "state"),
    rows.Guarantee:      ("guarantee",       ""),
    rows.TrusteePayee:   ("trustee_payee",   "state"),
    rows.ClaimSale:      ("claim_sale",      "sold_minor state"),
    rows.FurtherAccount: ("further_account", ""),
    rows.SuspenseItem:   ("suspense_item",   "owner left_minor state"),
    rows.Payout:         ("payout",          "state"),
    rows.Payee:          ("payee",           "state"),
    rows.Partner:        ("partner",         "state"),
    rows.DailyTotal:     ("daily_total",     "amount_minor"),
    rows.FeeCharge:      ("fee_charge",      "refunded_minor"),
    rows.Shortfall:      ("shortfall",       "made_good_minor state"),
    rows.ClientDebt:     ("client_debt",     "repaid_minor state"),
    rows.Unclaimed:      ("unclaimed",       "given_back_minor state"),
    rows.LegalOrder:     ("legal_order",     "lifted_minor filled_minor taken_minor next_lane expires state"),
    rows.OrderShare:     ("order_share",     "limit_minor filled_minor taking_minor taken_minor doubtful_minor word heard_seq"),
    rows.OrderHere:      ("order_here",      "limit_minor frozen_minor taking_minor taken_minor doubtful_minor word state"),
    rows.Freeze:         ("legal_freeze",    "frozen_minor taking_minor taken_minor"),
    rows.HoldClearance:  ("hold_clearance",  "seq"),
    rows.Adjustment:     ("adjustment",      "state"),
    rows.Certificate:    ("certificate",     ""),
    rows.ImportedBalance: ("imported_balance", ""),
    rows.PaymentRelease: ("payment_release", ""),
    rows.BidStop:        ("bid_stop",        "since_date until_date seq state"),
    rows.OutgoingStop:   ("outgoing_stop",   "break_id since_date seq state"),
    rows.PoolPapers:     ("pool_papers",     "contract contract_until letter review_date seq"),
}  # fmt: skip


class Column(msgspec.Struct, frozen=True):
    """One column of a table."""

    name: str
    field: str
    type: str
    nullable: bool


class Table(msgspec.Struct, frozen=True):
    """One table of rows."""

    name: str
    row: type[Row]
    columns: tuple[Column, ...]
    changing: tuple[Column, ...]


@cache
def table(kind: type[Row]) -> Table:
    """Return the table of a kind of row."""
    name, changing = _NAMES[kind]
    columns = tuple(_column(field.name, field.type) for field in msgspec.structs.fields(kind))
    known = {column.field: column for column in columns}
    return Table(name, kind, columns, tuple(known[name] for name in changing.split()))


def tables() -> list[Table]:
    """Return every table of rows."""
    return [table(kind) for kind in _NAMES]


def _column(name: str, annotation: object) -> Column:
    nullable = isinstance(annotation, types.UnionType)
    if nullable:
        annotation = next(arg for arg in typing.get_args(annotation) if arg is not type(None))
    column = "for_lane" if name == "lane" else name  # `lane` is where the row itself stands
    return Column(column, name, SQL_TYPE[typing.get_origin(annotation) or annotation], nullable)  # type: ignore[index]  # a type we list above
