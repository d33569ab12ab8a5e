"""Sandbox (沙箱控制): let somebody pay in, let the bank misbehave, let time go by; in a sandbox alone.

When    a platform's engineer tries what his program does when money comes, a bank is silent, or a date is reached
Does    receipts and behaviours are told to the demo bank; the clock closes the lane's open day, as the custodian's
        people would, and begins the bank's day. The custodian's own lane and the bank go along, and never back
Errors  404 no such bank account · 409 the bank does not do it · 422 a date that goes back, or too far · 503 the bank or the
        lane does not answer: ask again
"""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Annotated, Any, Final, Literal

import httpx
import msgspec
from msgspec import Meta

from cunguan.channels.demobank.bank import (
    CHANNEL,
    LATE,
    LATE_REJECT,
    NO_ANSWER,
    NOT_HEARD,
    PAY_CHANNEL,
    REJECT,
    RETURNED,
    SUCCESS,
    Behaviour,
    Booking,
    ChannelOrder,
    Fate,
    Line,
    Mishap,
    PaperKind,
    customer_of,
)
from cunguan.channels.demobank.calls import BeginDay, CallOf, Charge, Draw, Mislay, PayByChannel, Receive, Tell
from cunguan.channels.demobank.counter import BankRefuses, Counter
from cunguan.doors.api.endpoint import Call, Endpoint
from cunguan.doors.api.problem import Problem, not_found
from cunguan.doors.inbox.lines import receipt_id
from cunguan.kernel.codes import Code, may_retry
from cunguan.kernel.ids import close_id, order_id
from cunguan.kernel.instruction import Instruction
from cunguan.operations import day_close, deposit_notice

DAYS_MAX: Final = 400
SOMEBODY_ELSE: Final = "somebody else"
Amount = Annotated[int, Meta(ge=1, le=10**15)]
Days = Annotated[int, Meta(ge=1, le=365)]

_ACCOUNT: Final = "SELECT reference FROM bank_account WHERE lane = %s AND id = %s AND channel = %s"
_DATES: Final = "SELECT lane, business_date FROM lane_day WHERE lane IN (0, %s)"


# ── the bank ─────────────────────────────────────────────────────────────────
class ReceiptBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Somebody pays in.

    holder         what the payer writes as the reference: the holder account it is for
    payer_matches  whether the payer is the holder himself
    payer_hash     the account it comes from, to which it may go back
    payer          the name it comes from, where it is neither the holder's nor a stranger's: the firm's own, for a top-up
    """

    id: Annotated[str, Meta(min_length=1, max_length=128)]
    bank_account: str
    holder: Annotated[str, Meta(max_length=128)]
    amount_minor: Amount
    payer_matches: bool = True
    payer_hash: Annotated[str, Meta(max_length=128)] = ""
    payer: Annotated[str, Meta(max_length=70)] = ""


class Receipt(msgspec.Struct, frozen=True):
    """A receipt as the bank has booked it; in a moment the books have it under the id `deposit`."""

    id: str
    deposit: str
    bank_date: date
    line: int


class BankLine(msgspec.Struct, frozen=True):
    """A line of a bank account, as the bank tells it."""

    number: int
    date: date
    booking: Booking
    is_credit: bool
    amount_minor: int
    reference: str


class BankLines(msgspec.Struct, frozen=True):
    """Lines of a bank account, in the order of booking."""

    items: list[BankLine]
    next: str | None


class LinesQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which lines."""

    bank_account: str
    after: Annotated[str, Meta(pattern=r"^\d{0,12}$")] = ""


Name = Literal[
    "pays",
    "rejects",
    "no_answer",
    "not_heard",
    "late",
    "late_rejects",
    "returns",
    "answers_twice",
    "mute",
    "contradicts",
    "books_more",
]

#: what each name means; `days` where time plays a part
BEHAVIOURS: Final[dict[Name, Callable[[int | None], Behaviour]]] = {
    "pays": lambda days: SUCCESS,
    "rejects": lambda days: REJECT,
    "no_answer": lambda days: NO_ANSWER,
    "not_heard": lambda days: NOT_HEARD,
    "late": lambda days: msgspec.structs.replace(LATE, after_days=days or LATE.after_days),
    "late_rejects": lambda days: msgspec.structs.replace(LATE_REJECT, after_days=days or LATE_REJECT.after_days),
    "returns": lambda days: msgspec.structs.replace(RETURNED, returned_days=days or RETURNED.returned_days),
    "answers_twice": lambda days: Behaviour(callbacks=2),
    "mute": lambda days: Behaviour(answers=False, mute_days=days or 2),
    "contradicts": lambda days: Behaviour(pays=False, contradicted_days=days or 1),
    "books_more": lambda days: Behaviour(more_minor=1),
}  # fmt: skip


class Weighed(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A behaviour and its weight among the others; `days`: how late, when returned, how long mute."""

    behaviour: Name
    weight: Annotated[int, Meta(ge=1, le=1_000_000)] = 1
    days: Days | None = None


class BankBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What shall become of one payment, named by its withdrawal, or of all later ones, drawn by weights.

    payment  the id of the withdrawal or payout; without it all that have not been handed over yet and were not told
    """

    behaviours: Annotated[list[Weighed], Meta(min_length=1, max_length=20)]
    payment: Annotated[str, Meta(min_length=1, max_length=200)] | None = None


class Drawn(msgspec.Struct, frozen=True):
    """How the bank behaves, and with which weight among the others."""

    behaviour: Behaviour
    weight: int


class BankSeen(msgspec.Struct, frozen=True):
    """The sandbox's bank as it stands for this platform: balances by its own references; what payments are drawn from."""

    date: date
    accounts: dict[str, int]
    behaviours: list[Drawn]
    payments: dict[str, Behaviour]


class ChargeBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The bank takes something for itself from a pool's account, without an order."""

    id: Annotated[str, Meta(min_length=1, max_length=128)]
    bank_account: str
    amount_minor: Amount


class MishapBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What becomes of the next file of a kind that the bank lays out for this platform.

    kind  status: of a payment; notification: of a booking; statement: of a day; settlement: of the payment channel
    fate  lost: never; twice: the same bytes under another name too; again: in other bytes too; late: so many days later
    """

    kind: PaperKind
    fate: Fate
    days: Days = 1


class ChannelPaymentBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A client pays through the bank's payment channel, which settles on the next day.

    id       of the deposit, used once
    fee_minor  what the channel keeps
    is_net   whether it pays less its fee; else the whole
    """

    id: Annotated[str, Meta(min_length=1, max_length=128)]
    bank_account: str
    holder: Annotated[str, Meta(max_length=128)]
    amount_minor: Amount
    fee_minor: Annotated[int, Meta(ge=0, le=10**15)] = 0
    is_net: bool = True


class ChannelPayment(msgspec.Struct, frozen=True):
    """A payment the channel has confirmed: the books have it uncleared, under the id `deposit`, until the channel settles."""

    id: str
    deposit: str
    settle_date: date


async def charge(call: Call) -> BankLine:
    """Let the bank take something."""
    body: ChargeBody = call.body
    reference = await _reference(call, body.bank_account)
    name = f"{call.caller.lane}:{body.id}"
    return _shown(
        msgspec.convert(await _told(call, Charge(name, reference, body.amount_minor, "charge"), body.id), Line)
    )


async def mislay(call: Call) -> MishapBody:
    """Let the next file of a kind go astray."""
    body: MishapBody = call.body
    await _told(call, Mislay(customer_of(call.caller.lane), Mishap(body.kind, body.fate, body.days)))
    return body


async def pay(call: Call) -> ChannelPayment:
    """Let a client pay through the channel; its confirmation is told to the books at once, as a channel's callback would."""
    body: ChannelPaymentBody = call.body
    reference = await _reference(call, body.bank_account)
    deposit = f"{PAY_CHANNEL}:{call.caller.lane}:{body.id}"
    said = await _told(call, PayByChannel(deposit, reference, body.amount_minor, body.fee_minor, body.is_net), body.id)
    paid = msgspec.convert(said, ChannelOrder)
    notice = deposit_notice.Body(body.holder, PAY_CHANNEL, paid.settle_date, body.amount_minor, deposit)
    answer = await call.context.asks.ask(call.caller.lane, Instruction(deposit, deposit_notice.KIND, notice))
    if answer.code is not Code.done:
        status = 503 if may_retry(answer.code) else 422
        raise Problem(status, answer.code, answer.why, retry=status == 503, instruction_id=body.id)
    return ChannelPayment(body.id, deposit, paid.settle_date)


async def receive(call: Call) -> Receipt:
    """Let somebody pay in."""
    body: ReceiptBody = call.body
    reference = await _reference(call, body.bank_account)
    payer = body.payer or (body.holder if body.payer_matches else SOMEBODY_ELSE)
    asked = f"{call.caller.lane}:{body.id}"
    said = await _told(call, Receive(asked, reference, body.amount_minor, body.holder, payer, body.payer_hash), body.id)
    line = msgspec.convert(said, Line)
    return Receipt(body.id, receipt_id(reference, line), line.day, line.number)


async def lines(call: Call) -> BankLines:
    """Return lines of a bank account."""
    query: LinesQuery = call.query
    reference = await _reference(call, query.bank_account)
    found = await _asked(call, lambda bank: bank.lines(reference, int(query.after or 0)))
    items = [_shown(one) for one in found]
    return BankLines(items, str(items[-1].number) if items else None)


def _shown(line: Line) -> BankLine:
    return BankLine(line.number, line.day, line.booking, line.credit, line.amount_minor, line.reference)


async def behave(call: Call) -> BankSeen:
    """Tell the bank what shall become of payments."""
    body: BankBody = call.body
    customer = customer_of(call.caller.lane)
    drawn = tuple((BEHAVIOURS[one.behaviour](one.days), one.weight) for one in body.behaviours)
    if body.payment is None:
        await _told(call, Draw(customer, drawn))
    elif len(drawn) != 1:
        raise Problem(422, Code.malformed, "one payment has one behaviour", field="behaviours")
    else:
        await _told(call, Tell(customer, order_id(call.caller.lane, body.payment), drawn[0][0]))
    return await bank(call)


async def bank(call: Call) -> BankSeen:
    """Return how the bank stands."""
    name = customer_of(call.caller.lane)
    seen = await _asked(call, lambda bank: bank.customer(name))
    rule = msgspec.convert(seen.rule, list[tuple[Behaviour, int]])
    told = msgspec.convert(seen.told, dict[str, Behaviour])
    ours = {order.removeprefix(f"{call.caller.lane}-"): behaviour for order, behaviour in told.items()}
    return BankSeen(seen.day, seen.accounts, [Drawn(*one) for one in rule], ours)


async def _reference(call: Call, bank_account: str) -> str:
    async with call.context.pool.connection() as connection:
        cursor = await connection.execute(_ACCOUNT, (call.caller.lane, bank_account, CHANNEL))
        row = await cursor.fetchone()
    if row is None:
        raise not_found("bank account")
    return str(row[0])


async def _told(call: Call, said: CallOf, id: str = "") -> Any:
    try:
        return await _asked(call, lambda bank: bank.do(said))
    except BankRefuses as refused:
        raise Problem(409, Code.bank_refuses, str(refused), instruction_id=id) from refused


async def _asked(call: Call, ask: Callable[[Counter], Any]) -> Any:
    if not call.context.bank:
        raise Problem(503, Code.bank_not_there, "this sandbox runs without a bank: `cunguan up` starts one")
    try:
        async with Counter(call.context.bank) as bank:
            return await ask(bank)
    except httpx.TransportError as error:
        raise Problem(503, Code.bank_not_there, "the sandbox's bank does not answer: ask again", retry=True) from error


# ── the clock ────────────────────────────────────────────────────────────────
class ClockBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The business date to come to; the open day is closed, days between have no business."""

    business_date: date


class ClockSeen(msgspec.Struct, frozen=True):
    """The open business date of the platform's lane, and the bank's date."""

    business_date: date
    bank_date: date


async def move(call: Call) -> ClockSeen:
    """Let time go by."""
    body: ClockBody = call.body
    dates = await _dates(call)
    here = dates[call.caller.lane]
    if not here <= body.business_date <= here + timedelta(days=DAYS_MAX):
        detail = f"the lane's date is {here}: it goes forward only, {DAYS_MAX} days at once"
        raise Problem(422, Code.date_not_next, detail, field="business_date")
    for lane in (0, call.caller.lane):
        await _close_to(call, lane, dates[lane], body.business_date)
    await _told(call, BeginDay(body.business_date))
    return await clock(call)


async def clock(call: Call) -> ClockSeen:
    """Return the dates."""
    dates, at_bank = await _dates(call), await bank(call)
    return ClockSeen(dates[call.caller.lane], at_bank.date)


async def _dates(call: Call) -> dict[int, date]:
    async with call.context.pool.connection() as connection:
        cursor = await connection.execute(_DATES, (call.caller.lane,))
        return dict(await cursor.fetchall())


async def _close_to(call: Call, lane: int, day: date, until: date) -> None:
    """Close the open day with `until` as the next: what had no business needs no close, and no check file to confirm."""
    if day >= until:
        return
    close = Instruction(close_id(day), day_close.KIND, day_close.Body(day, until))
    answer = await call.context.asks.ask(lane, close)
    if answer.code is not Code.done:
        raise Problem(503, answer.code, f"{day} was not closed: {answer.why}".rstrip(": "), retry=True)


_RECEIPT: Final = {"id": "pay-in-1", "bank_account": "bank:main", "holder": "L1", "amount_minor": 100_000}
_CHARGE: Final = {"id": "charge-1", "bank_account": "bank:main", "amount_minor": 500}
_MISHAP: Final = {"kind": "statement", "fate": "twice"}
_PAYMENT: Final = {
    "id": "order-1",
    "bank_account": "bank:main",
    "holder": "L1",
    "amount_minor": 100_000,
    "fee_minor": 600,
}
_BANK: Final = {"behaviours": [{"behaviour": "pays", "weight": 9}, {"behaviour": "no_answer", "weight": 1}]}

ENDPOINTS = (
    Endpoint("POST", "/v1/sandbox/receipts", "Let somebody pay in", "sandbox", receive, answer=Receipt, body=ReceiptBody,
             sandbox=True, example=_RECEIPT, tag="sandbox"),
    Endpoint("GET", "/v1/sandbox/receipts", "List the lines of a bank account", "sandbox", lines, answer=BankLines,
             query=LinesQuery, sandbox=True, tag="sandbox"),
    Endpoint("POST", "/v1/sandbox/bank", "Let the bank misbehave", "sandbox", behave, answer=BankSeen, body=BankBody,
             sandbox=True, example=_BANK, tag="sandbox"),
    Endpoint("GET", "/v1/sandbox/bank", "See how the bank stands", "sandbox", bank, answer=BankSeen, sandbox=True,
             tag="sandbox"),
    Endpoint("POST", "/v1/sandbox/bank-charges", "Let the bank take something from a pool", "sandbox", charge, answer=BankLine,
             body=ChargeBody, sandbox=True, example=_CHARGE, tag="sandbox"),
    Endpoint("POST", "/v1/sandbox/bank-files", "Let the bank's next file go astray", "sandbox", mislay, answer=MishapBody,
             body=MishapBody, sandbox=True, example=_MISHAP, tag="sandbox"),
    Endpoint("POST", "/v1/sandbox/channel-payments", "Let a client pay through the payment channel", "sandbox", pay,
             answer=ChannelPayment, body=ChannelPaymentBody, sandbox=True, example=_PAYMENT, tag="sandbox"),
    Endpoint("POST", "/v1/sandbox/clock", "Move the business date forward", "sandbox", move, answer=ClockSeen,
             body=ClockBody, sandbox=True, example={"business_date": "2026-12-01"}, tag="sandbox"),
    Endpoint("GET", "/v1/sandbox/clock", "See the business date", "sandbox", clock, answer=ClockSeen, sandbox=True,
             tag="sandbox"),
)  # fmt: skip
