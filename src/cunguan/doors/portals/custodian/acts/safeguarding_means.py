"""Safeguarding means (登记保障措施): two people record where a pool's money is kept safe, or what covers it.

When    who asks has signed, and another has looked
Does    records it as `cunguan safeguard means` does; a later record says what is so from its day on
"""

from datetime import date, datetime
from typing import Any, Final, Literal

import msgspec
import psycopg

from cunguan.desks.approvals.permitted import RULES
from cunguan.desks.approvals.refused import Refused
from cunguan.doors.portals.custodian.doing import DONE, Doing, Outcome
from cunguan.doors.portals.shell.house import house
from cunguan.kernel.codes import Code
from cunguan.store.sqlfiles import statement

KIND: Final = "safeguarding_means"
RESOURCE: Final = RULES
LANE: Final = "platform"
_ACCOUNTS: Final = ("account", "unplaced")
_KNOWN: Final = "SELECT FROM safeguarding_means WHERE (lane, pool, id) = (%(lane)s, %(pool)s, %(id)s) AND at = %(at)s AND maker = %(maker)s"
_BANK: Final = "SELECT FROM bank_account WHERE lane = %(lane)s AND pool = %(pool)s AND id = %(id)s"


class Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What, of which pool, from when; of a bank account the books say what it holds."""

    pool: str
    id: str
    kind: Literal["account", "unplaced", "asset", "insurance", "guarantee"]
    institution: str
    begins: date
    ends: date | None = None
    amount_minor: int = 0
    letter: str = ""


def amount(body: dict[str, Any]) -> None:
    """Return nothing: a record moves no money."""
    return None


def check(body: dict[str, Any], reader: Any, now: datetime) -> None:
    """Refuse an amount of a bank account, and a cover without one."""
    if body["ends"] is not None and body["ends"] <= body["begins"]:
        raise Refused(Code.period_malformed)
    if (body["kind"] in _ACCOUNTS) is not (body["amount_minor"] == 0) or body["amount_minor"] < 0:
        raise Refused(Code.details_differ, "amount_minor")


def do(done: Doing) -> Outcome:
    """Record it."""
    body = done.body
    row = {
        "lane": done.lane, "pool": body.pool, "id": body.id, "kind": body.kind, "amount_minor": body.amount_minor,
        "institution": body.institution.strip(), "letter": body.letter.strip(), "valid_from": body.begins,
        "valid_until": body.ends, "maker": done.maker, "checker": done.checker, "at": done.at,
    }  # fmt: skip
    with psycopg.connect(house().places.door_url, autocommit=True) as connection, connection.transaction():
        is_account = connection.execute(_BANK, row).fetchone() is not None
        if is_account is not (body.kind in _ACCOUNTS):
            return Outcome(Code.bank_account_not_found, body.id)
        if connection.execute(_KNOWN, row).fetchone() is None:
            connection.execute(statement("safeguard_means_add"), row)
    return DONE
