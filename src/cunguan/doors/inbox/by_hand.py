"""By hand (双人入账): a movement that nobody may book alone is booked as what two people found it to be.

When    `cunguan inbox book`
Shape   WAYS: what it may be booked as, which side of the account, what `of` must name
        a payment of ours of another amount is that payment, and a loss of what was paid too much: never the whole of it a loss
Returns the instructions, one after the other; the last under the id of the movement: whoever books it, it is booked once. Where that
        was refused, under the next one, which is as much one for all: `names`
Errors  NotSo: it cannot be booked as that; the message says what it can be booked as
Source  domain-decisions.md 4 (B10, B11), 6; domain.md (e.3) BRK08, BRK10, BRK12
"""

from collections.abc import Callable, Iterator
from itertools import count
from typing import Any, Final, Literal

import msgspec
from msgspec.structs import replace

from cunguan.doors.inbox.sorting import PAID, UNDER_WAY, Movement, Payment, paid
from cunguan.kernel.instruction import Instruction
from cunguan.operations import (
    break_parking,
    charge_back,
    platform_money_in,
    pool_loss,
    pool_top_up,
    prudent_top_up,
)


class NotSo(ValueError):
    """A movement cannot be booked as that."""


class People(msgspec.Struct, frozen=True):
    """Who books, why, and what it is about."""

    reason: str
    maker: str
    checker: str
    name: str  # the id it is handed in under
    of: str = ""
    holder: str = ""  # of the deposit that `of` names
    payment: Payment | None = None  # that the movement is, of another amount


class Way(msgspec.Struct, frozen=True):
    """What a movement may be booked as; `of`: what must be named, "" for nothing."""

    credit: bool
    of: str
    instruction: Callable[[Movement, People], Any]


def _loss(cause: Literal["bank_charge", "loss", "unexplained"]) -> Way:
    def instruction(of: Movement, by: People) -> Any:
        return pool_loss, pool_loss.Body(
            of.pool,
            of.bank_account,
            of.amount_minor,
            cause,
            by.reason,
            of.found_by,
            by.maker,
            by.checker,
            of.value_date,
        )

    return Way(False, "", instruction)


def _overpaid(of: Movement, by: People) -> Any:
    assert by.payment is not None
    more_minor = of.amount_minor - by.payment.amount_minor
    return _loss("loss").instruction(replace(of, amount_minor=more_minor), by)


def _top_up(source: Literal["own_money", "recovered"]) -> Way:
    def instruction(of: Movement, by: People) -> Any:
        return pool_top_up, pool_top_up.Body(
            by.of, source, of.amount_minor, by.maker, by.checker, of.bank_account, of.found_by, of.value_date
        )

    return Way(True, "the shortfall", instruction)


def _prudent(of: Movement, by: People) -> Any:
    return prudent_top_up, prudent_top_up.Body(
        of.pool, of.bank_account, of.amount_minor, by.reason, of.found_by, by.maker, by.checker
    )


def _platform(of: Movement, by: People) -> Any:
    return platform_money_in, platform_money_in.Body(of.pool, of.bank_account, by.of, of.amount_minor, of.found_by)


def _parked(of: Movement, by: People) -> Any:
    return break_parking, break_parking.Body(
        by.of, of.bank_account, of.amount_minor, of.found_by, by.maker, by.checker, of.payer_hash
    )


def _charged_back(of: Movement, by: People) -> Any:
    return charge_back, charge_back.Body(
        by.of, by.holder, of.bank_account, of.amount_minor, of.found_by, value_date=of.value_date
    )


WAYS: Final[dict[str, Way]] = {
    "bank_charge":    _loss("bank_charge"),
    "loss":           _loss("loss"),
    "unexplained":    _loss("unexplained"),
    "overpaid":       Way(False, "", _overpaid),
    "charge_back":    Way(False, "the deposit", _charged_back),
    "top_up":         _top_up("own_money"),
    "recovered":      _top_up("recovered"),
    "prudent_top_up": Way(True, "", _prudent),
    "platform_money": Way(True, "the platform's account: 2120, 2130 or 2150", _platform),
    "parked":         Way(True, "the break", _parked),
}  # fmt: skip


def instructions(movement: Movement, way: str, by: People) -> tuple[Instruction, ...]:
    """Return what the books are asked."""
    chosen = WAYS[way]
    if chosen.credit != movement.credit:
        others = ", ".join(name for name, one in WAYS.items() if one.credit == movement.credit)
        side = "a credit" if movement.credit else "a debit"
        raise NotSo(f"it is {side}, and may be booked as {others}")
    if chosen.of and not by.of:
        raise NotSo(f"name {chosen.of} with --of")
    before = _before(movement, way, by)
    operation, body = chosen.instruction(movement, by)
    return *before, Instruction(by.name, operation.KIND, body)


def names(movement: Movement) -> Iterator[str]:
    """Yield the ids a movement may be booked under: each only when the one before was refused."""
    yield movement.id
    yield from (f"{movement.id}:{attempt}" for attempt in count(2))


def _before(movement: Movement, way: str, by: People) -> tuple[Instruction, ...]:
    """Return the end of the payment that a movement is, where the books have not heard of it."""
    payment = by.payment
    is_paid = payment is not None and payment.state in PAID | UNDER_WAY
    if is_paid != (way == "overpaid"):
        raise NotSo("it is a payment of ours of another amount: book it as overpaid" if is_paid
                    else "overpaid is what is a payment of ours of another amount, and has not ended otherwise")  # fmt: skip
    if payment is None or not is_paid:
        return ()
    if movement.amount_minor < payment.amount_minor:
        raise NotSo(
            "the bank took less than was ordered: nothing is lost; ask it for the rest, or for a booking that is right"
        )
    if payment.state in PAID:
        return ()
    end = paid(movement, payment)
    return (
        Instruction(f"bank:{by.name}", end.kind, end.body),
    )  # under the bank's word something may have been refused
