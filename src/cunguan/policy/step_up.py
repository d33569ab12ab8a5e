"""Step-up (分级确认): what an act needs beside a session, and up to which amount.

Shape   NEEDS: act -> one of SESSION, PASSKEY, COOLING (a passkey, and it takes effect a day later), TWO (a passkey, and a second
        person). An act that is not listed needs a passkey
        AMOUNTS: from a day, by currency: up to A a one-time code is enough, for the acts of CODE_IS_ENOUGH only; above B a payout needs
        a limit that was raised a day before
Units   minor units
Source  transparency.md part 6 "Step-up matrix". A in CNY follows 非银行支付机构网络支付业务管理办法 (2015) art. 24, a day's
        payments checked by fewer than two factors [K]; all other amounts are ours, assumed, until the custodian has set them
"""

from datetime import date
from typing import Final

import msgspec

SESSION, PASSKEY, COOLING, TWO = "session", "passkey", "passkey_and_cooling", "passkey_and_second_person"

NEEDS: Final = {
    # what is only read, or only makes things safer
    "view":                      SESSION,
    "notice_read":               SESSION,
    "session_revoke":            SESSION,
    "account_freeze":            SESSION,
    # what a client confirms
    "withdrawal":                PASSKEY,
    "bid":                       PASSKEY,
    "mandate_grant":             PASSKEY,
    "mandate_revoke":            PASSKEY,
    "fee_consent":               PASSKEY,
    "key_removal":               PASSKEY,
    "data_export":               PASSKEY,
    "limit_lower":               PASSKEY,
    "card_binding":              COOLING,
    "limit_raise":               COOLING,
    "key_addition":              PASSKEY,
    "authenticator_addition":    PASSKEY,
    # what people of the custodian do for him
    "key_replacement":           TWO,
    "card_review":               TWO,
    "account_unfreeze":          TWO,
}  # fmt: skip

#: what a client may confirm by a one-time code, up to A: his own withdrawal to his own card, and what he pays back. Never a mandate,
#: a new payee, a key or a limit
CODE_IS_ENOUGH: Final = frozenset({"bid", "repayment", "withdrawal", "debt_repayment"})

#: how long a raised limit and a new payee wait
COOLING_HOURS: Final = 24


class Amounts(msgspec.Struct, frozen=True):
    """Up to which amount what is enough, in one currency, from a day on."""

    since: date
    currency: str
    a_minor: int
    b_minor: int


AMOUNTS: Final = (
    Amounts(date(2016, 7, 1), "CNY",   100_000, 20_000_000),
    Amounts(date(2016, 7, 1), "EUR",    10_000,  2_000_000),
    Amounts(date(2016, 7, 1), "GBP",    10_000,  2_000_000),
    Amounts(date(2016, 7, 1), "HKD",   100_000, 20_000_000),
    Amounts(date(2016, 7, 1), "SGD",    20_000,  4_000_000),
    Amounts(date(2016, 7, 1), "USD",    10_000,  2_000_000),
)  # fmt: skip


def need(act: str) -> str:
    """Return what an act needs.

    >>> need("view"), need("withdrawal"), need("limit_raise"), need("what nobody thought of")
    ('session', 'passkey', 'passkey_and_cooling', 'passkey')
    """
    return NEEDS.get(act, PASSKEY)


def amounts(currency: str, day: date) -> Amounts | None:
    """Return the amounts in force, or None for a currency without any: there a code is never enough.

    >>> amounts("CNY", date(2026, 1, 5)).a_minor, amounts("JPY", date(2026, 1, 5))
    (100000, None)
    """
    found = [one for one in AMOUNTS if one.currency == currency and one.since <= day]
    return max(found, key=lambda one: one.since) if found else None


def code_is_enough(kind: str, type: str, amount_minor: int, currency: str, day: date) -> bool:
    """Return whether a one-time code may confirm an authority: this instruction alone (P), never a standing one of the same type.

    >>> day = date(2026, 1, 5)
    >>> [code_is_enough("P", "withdrawal", fen, "CNY", day) for fen in (0, 100_000, 100_001)]
    [False, True, False]
    >>> code_is_enough("A", "bid", 1, "CNY", day), code_is_enough("P", "card_binding", 1, "CNY", day)
    (False, False)
    """
    known = amounts(currency, day)
    return kind == "P" and type in CODE_IS_ENOUGH and known is not None and 0 < amount_minor <= known.a_minor
