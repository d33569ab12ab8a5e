"""Shapes: what the door answers, as values; rows of the books stand in store/shown.py.

Shape   fields are added over time and never taken away; a client ignores those it does not know yet
Units   `…_minor` whole minor units of the pool's currency; instants in UTC; `seq` is the lane's sequence
Source  the published contract, /openapi.json
"""

from datetime import date, datetime
from typing import Any

import msgspec

from cunguan.store import shown


class Answered(msgspec.Struct, frozen=True):
    """The outcome of an instruction: done, refused, quarantined or in_doubt, and why."""

    id: str
    status: str
    code: str
    code_number: int
    seq: int | None = None
    why: str = ""
    detail: dict[str, Any] = {}
    kind: str = ""
    retry: bool = False


class Outcome(msgspec.Struct, frozen=True):
    """The outcome of what a client confirmed."""

    status: str
    code: str
    code_number: int
    seq: int | None
    why: str
    detail: dict[str, Any]
    retry: bool


class Authorisation(msgspec.Struct, frozen=True):
    """A request to a client: waiting, confirmed, declined or expired; `page` is where he answers."""

    id: str
    kind: str
    state: str
    page: str
    expires_at: datetime
    lines: dict[str, list[str]]
    answer: Outcome | None = None


class LiabilityAttested(msgspec.Struct, frozen=True):
    """An attester's statement about a snapshot; `assets`: not_attested, agrees, differs, short."""

    id: str
    attester: str
    role: str
    assets: str
    at: str


class LiabilitySnapshot(msgspec.Struct, frozen=True):
    """What a pool owed at one moment, as the log binds it by its root and the commitment of its total."""

    id: str
    pool: str
    currency: str
    at: str
    business_date: str
    seq: int
    slot: str
    drawn_by: str
    root: str
    total: str
    act: int
    assets: str
    attested: list[LiabilityAttested]


class PlatformWarning(msgspec.Struct, frozen=True):
    """What the platform's people should look at."""

    code: str
    says: str


class Platform(msgspec.Struct, frozen=True):
    """The caller's platform and its lane."""

    platform: str
    state: str
    lane: int
    pack: str
    is_sandbox: bool
    business_date: date
    day: str
    seq: int
    at: datetime | None
    warnings: tuple[PlatformWarning, ...] = ()


class Balances(msgspec.Struct, frozen=True):
    """The five accounts of a client as of a sequence."""

    account: str
    seq: int
    currency: str
    available_minor: int
    uncleared_minor: int
    held_minor: int
    outbound_minor: int
    frozen_minor: int


class Details(msgspec.Struct, frozen=True):
    """What is kept of a client, masked (张*, 138****1234) or in clear."""

    name: str = ""
    id_type: str = ""
    id_number: str = ""
    phone: str = ""
    address: str = ""
    devices: tuple[str, ...] = ()
    cards: tuple[str, ...] = ()


class Person(msgspec.Struct, frozen=True):
    """Who a client is: active, restricted or shredded, and until when the law keeps it once that is known."""

    person: str
    state: str
    jurisdiction: str
    kept_until: date | None
    at: datetime
    changed_at: datetime
    details: Details


class Document(msgspec.Struct, frozen=True):
    """A document of a client, without its content."""

    id: str
    kind: str
    media: str
    bytes: int
    at: datetime


class Line(msgspec.Struct, frozen=True):
    """One line of a statement, and the balance after it."""

    seq: int
    line: int
    at: datetime
    business_date: date
    value_date: date | None
    kind: str
    instruction: str
    counter_owner: str
    counter_account: str
    side: str
    amount_minor: int
    balance_minor: int


class StatementPage(msgspec.Struct, frozen=True):
    """A page of a statement; opening and closing are those of the whole period."""

    account: str
    bucket: str
    currency: str
    opening_minor: int
    closing_minor: int
    items: list[Line]
    next: str | None


class Instructed(msgspec.Struct, frozen=True):
    """An instruction of the past and its first answer."""

    seq: int
    id: str
    kind: str
    status: str
    code: str
    code_number: int
    why: str
    detail: dict[str, Any]
    at: datetime
    business_date: date


#: what can be listed and found, and its path
PATHS: dict[type[msgspec.Struct], str] = {
    shown.Account: "accounts", shown.Card: "cards", shown.Claim: "claims", shown.ClientDebt: "client-debts",
    shown.Deposit: "deposits", shown.FeeCharge: "fee-charges", shown.FeeConsent: "fee-consents",
    shown.FeeSchedule: "fee-schedules", shown.Guarantee: "guarantees", shown.Hold: "holds", shown.Listing: "listings",
    shown.Mandate: "mandates", shown.Partner: "partners", shown.Payee: "payees", shown.Payout: "payouts",
    shown.Run: "runs", shown.Sale: "sales", shown.TrusteePayee: "trustee-payees", shown.Unclaimed: "unclaimed",
    shown.Withdrawal: "withdrawals", Instructed: "instructions",
}  # fmt: skip
