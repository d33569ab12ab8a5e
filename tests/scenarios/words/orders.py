"""Words of legal orders, general holds and what is taken."""

from datetime import timedelta
from typing import Any

from cunguan.kernel.money import parse_minor
from cunguan.kernel.rows import Day, LegalOrder, OrderHere, Payout
from tests.scenarios.language import CURRENCY, sentence

TWO = {"maker": "m1", "checker": "c1"}


def _minor(amount: str) -> int:
    return parse_minor(amount, CURRENCY)


# ── orders ───────────────────────────────────────────────────────────────────
@sentence("{court} orders {amount$} of person {person} frozen[ until {until@}]")
def order(script: Any, court: str, amount: str, person: str, until: str | None) -> None:
    last = until or script.world.get(0, Day, "day").business_date + timedelta(days=180)
    script.ask(
        0, "legal_order", issuer=court, instrument=f"line-{script.place.line}", currency=CURRENCY,
        amount_minor=_minor(amount), expires=last, person=person, **TWO,
    )  # fmt: skip


@sentence("{court} orders {amount$} of platform {platform} frozen in its pool")
def order_against_the_pool(script: Any, court: str, amount: str, platform: str) -> None:
    script.ask(
        0, "legal_order", issuer=court, instrument=f"line-{script.place.line}", currency=CURRENCY, platform=platform,
        pool="main", amount_minor=_minor(amount), expires=script.world.get(0, Day, "day").business_date, **TWO,
    )  # fmt: skip


@sentence("{court} lifts {order}", "{court} lifts {amount$} of {order}")
def lift(script: Any, court: str, order: str, amount: str | None = None) -> None:
    script.ask(
        0, "legal_lift", order=order, issuer=court, instrument=f"line-{script.place.line}",
        amount_minor=_minor(amount) if amount else None, **TWO,
    )  # fmt: skip


@sentence("{court} renews {order} until {until@}")
def renew(script: Any, court: str, order: str, until: str) -> None:
    script.ask(
        0, "legal_renewal", order=order, issuer=court, instrument=f"line-{script.place.line}", expires=until, **TWO
    )  # fmt: skip


@sentence("the timer ends {order}")
def lapse(script: Any, order: str) -> None:
    today = script.world.get(0, Day, "day").business_date
    script.ask(0, "legal_expiry", f"lapse:{order}:{today.isoformat()}", order=order)


@sentence("{court} takes {amount$} of {order} from {who}")
def take(script: Any, court: str, amount: str, order: str, who: str) -> None:
    script.ask(
        script.lane(who), "legal_taking", order=order, holder=who, bank_account="bank", amount_minor=_minor(amount),
        payee_hash=f"payee:{court}", issuer=court, instrument=f"line-{script.place.line}", **TWO,
    )  # fmt: skip


@sentence("the taking {taking} of {who} is sent")
def taking_sent(script: Any, taking: str, who: str) -> None:
    script.ask(script.lane(who), "payout_sent", f"send:{taking}", payout=taking)


@sentence("the bank {word} the taking {taking} of {who}")
def taking_told(script: Any, word: str, taking: str, who: str) -> None:
    status = {"pays": "settled", "rejects": "rejected"}[word]
    amount = script.world.get(script.lane(who), Payout, taking).amount_minor
    script.ask(
        script.lane(who), "payout_result", f"bank:demobank:{taking}:{status}", payout=taking, status=status,
        amount_minor=amount,
    )  # fmt: skip


@sentence("the bank does not answer the taking {taking} of {who}")
def taking_in_doubt(script: Any, taking: str, who: str) -> None:
    script.ask(
        script.lane(who), "payout_result", f"bank:demobank:{taking}:timed_out", payout=taking, status="timed_out"
    )


@sentence("all messages arrive")
def settle(script: Any) -> None:
    script.world.settle_messages()


# ── holds ────────────────────────────────────────────────────────────────────
@sentence("{who} sets {amount$} aside until {until@}")
def hold_by_client(script: Any, who: str, amount: str, until: str) -> None:
    script.ask(
        script.lane(who), "general_hold", holder=who, amount_minor=_minor(amount), reason="asked", until=until,
        authority="P",
    )  # fmt: skip


@sentence("two people hold {amount$} of {who} until {until@}")
def hold_by_two(script: Any, who: str, amount: str, until: str) -> None:
    script.ask(
        script.lane(who), "general_hold", holder=who, amount_minor=_minor(amount), reason="disputed", until=until,
        authority="M", **TWO,
    )  # fmt: skip


@sentence("two people give {amount$} of {hold} back")
def give_back(script: Any, amount: str, hold: str) -> None:
    script.ask(
        script.lane(hold), "general_hold_release", hold=hold, amount_minor=_minor(amount), reason="settled", **TWO
    )


@sentence("two people clear the bid {hold}")
def clear(script: Any, hold: str) -> None:
    script.ask(script.lane(hold), "hold_clearance", hold=hold, reason="lent before the order", **TWO)


# ── expectations ─────────────────────────────────────────────────────────────
@sentence("order {order} is {state} with {amount$}")
def stands(script: Any, order: str, state: str, amount: str) -> None:
    row = script.world.get(0, LegalOrder, order)
    if (row.state, row.filled_minor) != (state, _minor(amount)):
        raise script.place.says((state, _minor(amount)), (row.state, row.filled_minor))


@sentence("order {order} has frozen {amount$} at {platform}")
def frozen(script: Any, order: str, amount: str, platform: str) -> None:
    row = script.world.row(script.lanes[platform], OrderHere, order)
    found = 0 if row is None else row.frozen_minor
    if found != _minor(amount):
        raise script.place.says(_minor(amount), found)
