"""Safeguarding regime (登记存管专户适用规则): two people record which rule pack binds a pool from a day on.

When    who asks has signed, and another has looked
Does    records it as `cunguan safeguard bind` does; a later record says what is so from its day on
"""

from datetime import date, datetime
from typing import Any, Final

import msgspec
import psycopg

from cunguan.desks.approvals.permitted import RULES
from cunguan.desks.approvals.refused import Refused
from cunguan.doors.portals.custodian.doing import DONE, Doing, Outcome
from cunguan.doors.portals.shell.house import house
from cunguan.kernel.codes import Code
from cunguan.policy.safeguarding.rules import RULES as PACKS
from cunguan.policy.safeguarding.rules import UnknownRule, rule
from cunguan.store.sqlfiles import statement

KIND: Final = "safeguarding_regime"
RESOURCE: Final = RULES
LANE: Final = "platform"
_KNOWN: Final = (
    "SELECT FROM safeguarding_regime WHERE lane = %(lane)s AND pool = %(pool)s AND at = %(at)s AND maker = %(maker)s"
)


class Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What binds which pool, with the facts the pack needs."""

    pool: str
    rule: str
    begins: date
    ends: date | None = None
    pool_class: str = ""
    firm_class: str = ""
    revenue_minor: int | None = None
    firm: str = ""


def choices(name: str) -> list[tuple[str, str]]:
    """Return the rule packs."""
    return [(one, one) for one in sorted(PACKS)] if name == "rule" else []


def amount(body: dict[str, Any]) -> None:
    """Return nothing: a record moves no money."""
    return None


def check(body: dict[str, Any], reader: Any, now: datetime) -> None:
    """Refuse what the pack does not know."""
    if body["ends"] is not None and body["ends"] <= body["begins"]:
        raise Refused(Code.period_malformed)
    try:
        pack = rule(body["rule"], date.fromisoformat(body["begins"]))
    except UnknownRule as wrong:
        raise Refused(Code.malformed, str(wrong)) from None
    if body["pool_class"] and body["pool_class"] not in pack.place_within:
        raise Refused(Code.malformed, ", ".join(pack.place_within))
    classes = sorted({tier.firm_class for tier in pack.shares}) or [""]
    if body["firm_class"] not in classes:
        raise Refused(Code.malformed, ", ".join(classes))


def do(done: Doing) -> Outcome:
    """Record it."""
    body = done.body
    row = {
        "lane": done.lane, "pool": body.pool, "rule": body.rule, "pool_class": body.pool_class, "firm_class": body.firm_class,
        "revenue_minor": body.revenue_minor, "firm": body.firm.strip(), "valid_from": body.begins, "valid_until": body.ends,
        "maker": done.maker, "checker": done.checker, "at": done.at,
    }  # fmt: skip
    with psycopg.connect(house().places.door_url, autocommit=True) as connection, connection.transaction():
        if connection.execute("SELECT FROM pool WHERE lane = %(lane)s AND id = %(pool)s", row).fetchone() is None:
            return Outcome(Code.pool_not_found, body.pool)
        if connection.execute(_KNOWN, row).fetchone() is None:
            connection.execute(statement("safeguard_regime_add"), row)
    return DONE
