"""Words of the dialect (懒猫用语对照): their words for our states, roles, codes and figures. Nowhere else stands any of them.

Shape   one table each, theirs and ours side by side; what has no line has no counterpart, and docs/lanmao.md says so
Units   amounts are decimal yuan in text, exact; rates are decimal parts of one a year ("0.12" is 12 %)
Source  domain.md (c); style.md "Names"
"""

import re
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Final

from cunguan.doors.api.lanmao.problem import Fault, Refused
from cunguan.formats import lanmao as files
from cunguan.kernel.codes import Code

#: the custodian's time zone: every time of the dialect is written in it
ZONE: Final = timezone(timedelta(hours=8))

ROLES: Final = {"INVESTOR": "lender", "BORROWERS": "borrower", "GUARANTEECORP": "guarantor", "COLLABORATOR": "trustee"}
ROLE_WORDS: Final = {ours: theirs for theirs, ours in ROLES.items()}

#: authorities that current papers of the family know; the others were withdrawn
AUTHORITIES: Final = {"TENDER": "bid", "REPAYMENT": "repayment"}
AUTHORITY_WORDS: Final = {ours: theirs for theirs, ours in AUTHORITIES.items()}

RULES: Final = {
    "FIRSEINTREST_LASTPRICIPAL": "bullet",  # their spelling: interest month by month, the principal last
    "ONE_TIME_SERVICING": "bullet",
    "EQUAL_PRINCIPAL": "equal_principal",
    "EQUAL_INSTALLMENT": "equal_instalment",
    "EQUAL_PRINCIPAL_INTEREST": "equal_instalment",
}  # fmt: skip

PROJECT_STATES: Final = {
    "registered": "COLLECTING", "raising": "COLLECTING", "full": "FULLY", "disbursing": "FULLY", "disbursed": "REPAYING",
    "repaid": "FINISH", "failing": "MISCARRY", "failed": "MISCARRY",
}  # fmt: skip

ACCOUNT_STATES: Final = {  # auditStatus, activeStatus
    "pending_review":    ("AUDIT",   "UNACTIVATED"),
    "documents_missing": ("BACK",    "UNACTIVATED"),
    "refused":           ("REFUSED", "UNACTIVATED"),
    "active":            ("PASSED",  "ACTIVATED"),
    "closed":            ("PASSED",  "DEACTIVATED"),
}  # fmt: skip

WITHDRAWAL_STATES: Final = {
    "unconfirmed": "CONFIRMING", "challenged": "CONFIRMING", "held": "ACCEPT", "sent": "REMITING", "in_doubt": "REMITING",
    "settled": "SUCCESS", "rejected": "FAIL", "cancelled": "FAIL", "intercepted": "FAIL", "returned": "FAIL",
    "recredited": "FAIL",
}  # fmt: skip

#: our refusals by their codes; every other one is 100008 with our words
FAULTS: Final = {
    Code.account_not_found: Fault.user_unknown,
    Code.person_not_found: Fault.user_unknown,
    Code.account_not_active: Fault.account_unusable,
    Code.account_locked: Fault.account_unusable,
    Code.account_closed: Fault.account_unusable,
    Code.account_under_review: Fault.account_unusable,
    Code.person_locked: Fault.account_unusable,
    Code.account_role_differs: Fault.not_permitted,
    Code.mandate_not_found: Fault.not_permitted,
    Code.mandate_not_active: Fault.not_permitted,
    Code.mandate_expired: Fault.not_permitted,
    Code.mandate_cap_exceeded: Fault.not_permitted,
    Code.mandate_scope_exceeded: Fault.not_permitted,
    Code.mandate_type_differs: Fault.not_permitted,
    Code.mandate_owner_differs: Fault.not_permitted,
    Code.authority_missing: Fault.not_permitted,
    Code.authorisation_waiting: Fault.not_permitted,
    Code.insufficient_balance: Fault.insufficient,
    Code.insufficient_marketing: Fault.insufficient,
    Code.listing_not_found: Fault.not_found,
    Code.listing_not_raising: Fault.project_state,
    Code.listing_not_full: Fault.project_state,
    Code.listing_not_disbursed: Fault.project_state,
    Code.listing_disbursing: Fault.project_state,
    Code.listing_has_captures: Fault.project_state,
    Code.raise_ended: Fault.project_state,
    Code.raise_failing: Fault.project_state,
    Code.exists_with_different_kind: Fault.duplicate,
    Code.exists_with_different_body: Fault.duplicate,
    Code.exists_with_different_amount: Fault.duplicate,
    Code.exists_with_different_holder: Fault.duplicate,
    Code.exists_with_different_listing: Fault.duplicate,
    Code.exists_with_different_field: Fault.duplicate,
    Code.lane_busy: Fault.system,
    Code.lane_stopped: Fault.system,
    Code.in_doubt: Fault.system,
}  # fmt: skip

CURRENCY: Final = "CNY"


def fault_of(code: Code) -> Fault:
    """Return their code for one of ours."""
    return FAULTS.get(code, Fault.refused)


def refused(code: Code, why: str = "") -> Refused:
    """Return one of our refusals as theirs, with both texts."""
    return Refused(fault_of(code), f"{code.name.replace('_', ' ')} ({int(code)}){f': {why}' if why else ''}")


# ── figures ──────────────────────────────────────────────────────────────────
def minor(text: object, field: str) -> int:
    """Return a decimal amount in minor units; it must be positive.

    >>> minor("1000.00", "amount"), minor(1000, "amount"), minor("0.1", "amount")
    (100000, 100000, 10)
    """
    found = minor_or_nothing(text, field)
    if found <= 0:
        raise Refused(Fault.malformed, f"{field} is an amount above zero")
    return found


def minor_or_nothing(text: object, field: str) -> int:
    """Return a decimal amount in minor units; nothing is zero. A number of JSON is read by its own digits, never as a float."""
    if text in (None, ""):
        return 0
    try:
        return files.minor(str(text), CURRENCY)
    except ValueError as error:
        raise Refused(Fault.malformed, f"{field}: {error}") from error


def decimal(amount_minor: int) -> str:
    """Return minor units as the dialect writes them."""
    return files.decimal(amount_minor, CURRENCY)


_RATE = re.compile(r"(0|1)(?:\.([0-9]{1,6}))?\Z")


def rate_e6(text: object, field: str) -> int:
    """Return a yearly rate in millionths.

    >>> rate_e6("0.12", "rate"), rate_e6("0.0965", "rate"), rate_e6("1", "rate")
    (120000, 96500, 1000000)
    """
    found = _RATE.match(str(text))
    value = int(found[1]) * 10**6 + int((found[2] or "").ljust(6, "0") or "0") if found else 10**7
    if value > 10**6:
        raise Refused(Fault.malformed, f"{field} is a part of one a year with at most 6 decimals: 0.12 is 12 %")
    return value


# ── times ────────────────────────────────────────────────────────────────────
def is_digits(text: str) -> bool:
    """Return whether a text is digits of ASCII alone.

    >>> is_digits("20"), is_digits("２０"), is_digits("")
    (True, False, False)
    """
    return text.isascii() and text.isdecimal()


def instant(text: object, field: str) -> datetime:
    """Return an instant from yyyyMMddHHmmss in the custodian's zone."""
    try:
        if len(str(text)) != 14 or not is_digits(str(text)):
            raise ValueError("not 14 digits")
        return datetime.strptime(str(text), "%Y%m%d%H%M%S").replace(tzinfo=ZONE).astimezone(UTC)
    except (ValueError, OverflowError) as error:  # the first hours of the year 1 have no UTC
        raise Refused(Fault.malformed, f"{field} is yyyyMMddHHmmss") from error


def time_text(at: datetime) -> str:
    """Return an instant as the dialect writes it."""
    return at.astimezone(ZONE).strftime("%Y%m%d%H%M%S")


def day(text: object, field: str) -> date:
    """Return a day from yyyyMMdd, or from the first eight digits of an instant."""
    digits = str(text)
    try:
        if len(digits) not in (8, 14) or not is_digits(digits):
            raise ValueError("not 8 digits")
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:8]))
    except ValueError as error:
        raise Refused(Fault.malformed, f"{field} is yyyyMMdd") from error


def rate_text(rate: int) -> str:
    """Return a yearly rate as the dialect writes it.

    >>> rate_text(120_000), rate_text(96_500), rate_text(1_000_000)
    ('0.12', '0.0965', '1')
    """
    whole, rest = divmod(rate, 10**6)
    decimals = f"{rest:06}".rstrip("0")
    return f"{whole}.{decimals}" if decimals else str(whole)
