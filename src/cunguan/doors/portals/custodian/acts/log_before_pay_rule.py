"""Log-before-pay rule (先留痕后付款规则): two people say from which amount on payments of a currency wait for the log.

When    who asks has signed, and as many others as the bands say
Does    adds a version of the currency's rule as `cunguan log policy set` does; it holds from then on
Refuses a cap without a release, a release without a cap: doors/log/before_pay.py would not know what to do
"""

from datetime import datetime
from typing import Any, Final, Literal

import msgspec
import psycopg
from django.utils.translation import gettext_noop

from cunguan.desks.approvals.permitted import RULES
from cunguan.desks.approvals.refused import Refused
from cunguan.doors.log.before_pay import HOLD, RELEASE
from cunguan.doors.portals.custodian.doing import DONE, Doing, Outcome
from cunguan.doors.portals.shell.house import house
from cunguan.kernel.codes import Code
from cunguan.kernel.currency import EXPONENT
from cunguan.store.sqlfiles import statement

KIND: Final = "log_before_pay_rule"
RESOURCE: Final = RULES
HINTS: Final = {
    "amount_minor": gettext_noop("Payments from this amount on wait; empty: none does."),
    "patience_seconds": gettext_noop("Only where they leave after a while."),
    "cap_minor": gettext_noop("What may leave unseen in one day, all payments together."),
}
_KNOWN: Final = "SELECT version FROM log_before_pay WHERE currency = %(currency)s AND at = %(at)s AND maker = %(maker)s"


class Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The rule; no amount: no payment of the currency waits."""

    currency: str
    away: Literal["hold", "release"]
    amount_minor: int | None = None
    patience_seconds: int = 0
    cap_minor: int = 0


def check(body: dict[str, Any], reader: Any, now: datetime) -> None:
    """Refuse what is no rule."""
    if body["currency"] not in EXPONENT:
        raise Refused(Code.currency_differs, body["currency"])
    is_release = body["away"] == RELEASE
    if min(body["amount_minor"] or 0, body["patience_seconds"], body["cap_minor"]) < 0:
        raise Refused(Code.malformed)
    if is_release is not (body["cap_minor"] > 0) or (body["away"] == HOLD and body["patience_seconds"]):
        raise Refused(Code.details_differ, "cap_minor")


def do(done: Doing) -> Outcome:
    """Add the version."""
    row = {
        **msgspec.structs.asdict(done.body), "reason": f"{done.why} ({done.id})", "maker": done.maker, "checker": done.checker,
        "at": done.at,
    }  # fmt: skip
    with psycopg.connect(house().places.door_url, autocommit=True) as connection, connection.transaction():
        connection.execute(statement("log_pay_lock"), row)
        if connection.execute(_KNOWN, row).fetchone() is None:
            connection.execute(statement("log_pay_rule_add"), row)
    return DONE
