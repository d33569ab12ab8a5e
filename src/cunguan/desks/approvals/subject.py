"""Subject (所涉对象): what a message names tells its currency, and the amount of a kind that says none itself.

Reads   the tables of what a message names, behind the wall of the reader's transaction
Returns a currency, "" where nothing tells and the lane has several; an amount, None where nothing moves
"""

from collections.abc import Mapping
from typing import Any, Final

from django.db import connection

#: field of a message -> the table of what it names: it stands in a pool, or belongs to a client who does
_POOLED: Final = {
    "bank_account": "bank_account", "item": "suspense_item", "shortfall": "shortfall", "payout": "payout", "holder": "holder_account",
}  # fmt: skip
_OWNED: Final = {
    "hold": ("hold", "owner"), "withdrawal": ("withdrawal", "holder"), "payment": ("withdrawal", "holder"),
    "unclaimed": ("unclaimed", "holder"), "charge": ("fee_charge", "holder"), "debt": ("client_debt", "holder"),
}  # fmt: skip
_OF_POOL: Final = "SELECT currency FROM pool WHERE lane = %s AND id = %s"
_POOLED_OF: Final = (
    "SELECT p.currency FROM {} t JOIN pool p ON (p.lane, p.id) = (t.lane, t.pool) WHERE t.lane = %s AND t.id = %s"
)
_OWNED_OF: Final = (
    "SELECT p.currency FROM {} t JOIN holder_account h ON (h.lane, h.id) = (t.lane, t.{}) "
    "JOIN pool p ON (p.lane, p.id) = (h.lane, h.pool) WHERE t.lane = %s AND t.id = %s"
)
_ALL: Final = "SELECT DISTINCT currency FROM pool WHERE lane = %s"

#: kinds that say no amount -> field of their message, and the tables where what it names may stand
_MOVED: Final[Mapping[str, tuple[str, tuple[str, ...]]]] = {
    "payment_release": ("payment", ("withdrawal", "payout")),
    "payout_cancel": ("payout", ("payout",)),
    "withdrawal_intercept": ("withdrawal", ("withdrawal",)),
    "hold_clearance": ("hold", ("hold",)),
}


def currency_of(lane: int, body: Mapping[str, Any]) -> str:
    """Return the currency a message is in."""
    if body.get("currency"):
        return str(body["currency"])
    with connection.cursor() as cursor:
        for field, query in _queries():
            if body.get(field):
                cursor.execute(query, (lane, str(body[field])))
                if (row := cursor.fetchone()) is not None:
                    return str(row[0])
        cursor.execute(_ALL, (lane,))
        found = cursor.fetchall()
    return str(found[0][0]) if len(found) == 1 else ""


def _queries() -> list[tuple[str, str]]:
    return [
        ("pool", _OF_POOL),
        *((field, _POOLED_OF.format(table)) for field, table in _POOLED.items()),
        *((field, _OWNED_OF.format(*place)) for field, place in _OWNED.items()),
    ]


def moved_by(kind: str, lane: int, body: Mapping[str, Any]) -> int | None:
    """Return the amount of what a message names, of kinds that say none themselves."""
    field, tables = _MOVED.get(kind, ("", ()))
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f"SELECT amount_minor FROM {table} WHERE lane = %s AND id = %s", (lane, body[field]))
            if (row := cursor.fetchone()) is not None:
                return int(row[0])
    return None
