"""Recharge (充值): RECHARGE: a sandbox's test client pays in at the custodian's page.

Shape   the page has one button; the sandbox's bank books the receipt, and its line credits the client as any transfer would.
        A sandbox that runs without a bank books the deposit at once
Differs rechargeWay, bankcode, expectPayCompany, payType are taken and mean nothing; nobody is charged a commission here.
        Outside a sandbox a client transfers money to the pool's account himself: no payment company is connected yet
Source  domain.md (c.2) B1, B2
"""

import asyncio
from collections.abc import Mapping
from typing import Any, Final

import msgspec

from cunguan.channels.demobank.bank import Line
from cunguan.channels.demobank.calls import Receive
from cunguan.channels.demobank.counter import do_once
from cunguan.doors.api import sql
from cunguan.doors.api.context import Context
from cunguan.doors.api.lanmao import words
from cunguan.doors.api.lanmao.problem import Fault, Refused
from cunguan.doors.api.lanmao.requests import RECHARGE, Request, Step
from cunguan.doors.api.lanmao.service import Ask, Confirm, Service
from cunguan.doors.inbox.lines import receipt_id
from cunguan.kernel.canonical import key16
from cunguan.kernel.codes import Code
from cunguan.kernel.instruction import Answer, Instruction
from cunguan.operations import deposit_direct

#: what a test client's own account is called at the bank
PAYER: Final = "sandbox"


class Recharge(msgspec.Struct, frozen=True, rename="camel"):
    """Of RECHARGE."""

    platform_user_no: str
    amount: Any
    commission: Any = None


class Payment(msgspec.Struct, frozen=True):
    """What is paid in; `deposit` is the id under which the books hear of it, once the client has paid."""

    holder: str
    bank_account: str
    reference: str
    amount_minor: int
    deposit: str = ""


async def recharge(ask: Ask) -> Confirm:
    """Let a client pay in."""
    data: Recharge = ask.data
    if not ask.context.is_sandbox or not ask.message.is_sandbox:
        raise Refused(
            Fault.service_off, "no payment company is connected: clients transfer money to the pool's account"
        )
    if words.minor_or_nothing(data.commission, "commission"):
        raise Refused(Fault.refused, "a recharge costs nothing here: commission is empty")
    user, place = await ask.user(data.platform_user_no), await ask.place()
    amount_minor = words.minor(data.amount, "amount")
    payment = Payment(user["id"], place["bank_account"], place["reference"], amount_minor)
    told = {"platformUserNo": user["id"], "amount": words.decimal(amount_minor)}
    paid = Step(ask.request_no, RECHARGE, msgspec.json.encode(payment).decode())
    return Confirm([paid], told, {"rechargeStatus": "SUCCESS"})


def payment_of(step: Step) -> Payment:
    """Return what a step pays in."""
    return msgspec.json.decode(step.body, type=Payment)


async def pay(context: Context, request: Request, step: Step) -> None:
    """Pay, once: the bank knows the payment by the request."""
    payment = payment_of(step)
    if payment.deposit:
        return
    deposit = await (_at_bank if context.bank else _at_once)(context, request, payment)
    paid = msgspec.structs.replace(payment, deposit=deposit)
    steps = [msgspec.structs.replace(step, body=msgspec.json.encode(paid).decode())]
    values = {"lane": request.lane, "request_no": request.request_no, "steps": msgspec.json.encode(steps)}
    await sql.run(context, "lanmao_steps", values)


async def _at_bank(context: Context, request: Request, payment: Payment) -> str:
    call = Receive(
        f"{request.lane}:lanmao:{request.request_no}", payment.reference, payment.amount_minor, payment.holder,
        payment.holder, PAYER,
    )  # fmt: skip
    line = msgspec.convert(await asyncio.to_thread(do_once, context.bank, call), Line)
    return receipt_id(payment.reference, line)


async def _at_once(context: Context, request: Request, payment: Payment) -> str:
    body = deposit_direct.Body(
        payment.holder, payment.bank_account, payment.amount_minor, True, request.request_no, PAYER
    )
    await context.asks.ask(request.lane, Instruction(request.request_no, deposit_direct.KIND, body))
    return request.request_no


async def said(context: Context, request: Request, step: Step) -> Answer | None:
    """Return what the books have said of a payment; None while they have not, or nobody has paid."""
    payment = payment_of(step)
    if not payment.deposit:
        return None
    values = {"lane": request.lane, "key16": key16(payment.deposit)}
    found = await sql.row(context, "lanmao_instruction", values)
    if found is None:
        return None
    code = Code(found["code"]) if _is_of(found, payment) else Code.exists_with_different_body
    return Answer(payment.deposit, code, found["seq"], found["why"])


def _is_of(found: Mapping[str, Any], payment: Payment) -> bool:
    """Return whether an instruction is the deposit of this payment, and no other that was handed in under its id."""
    body = msgspec.json.decode(found["body"])
    return found["kind"] == deposit_direct.KIND and (body["holder"], body["amount_minor"]) == (
        payment.holder, payment.amount_minor,
    )  # fmt: skip


SERVICES = (Service("RECHARGE", "gateway", Recharge, recharge),)
