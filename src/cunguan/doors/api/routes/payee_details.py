"""Payee details (收款人信息): a platform brings name and account of a client's card; the books know only what stands for them.

When    before a card is bound (card_binding): the answer's hash is what the client confirms, and his page shows who it is
Returns the hash: the same payee has the same hash here, and nobody finds name or account by it. What is brought is kept sealed and
        never told again; a payment whose payee was never brought does not leave
Errors  Problem 422: what no bank could pay
Source  domain-decisions.md 26; docs/banks.md
"""

from typing import Annotated, Any

import msgspec
import psycopg
from msgspec import Meta
from msgspec.structs import asdict

from cunguan.channels.base import Payee
from cunguan.doors.api import sql
from cunguan.doors.api.endpoint import Call, Endpoint
from cunguan.doors.api.in_thread import in_thread
from cunguan.doors.api.problem import Problem
from cunguan.doors.payees import details
from cunguan.doors.payees.details import ACCOUNT_CHARACTERS_MAX, BANK_CHARACTERS_MAX, NAME_CHARACTERS_MAX
from cunguan.doors.persons.keeping import Persons
from cunguan.doors.persons.opening import opened
from cunguan.doors.persons.payees import keep_payee
from cunguan.doors.persons.refusing import told
from cunguan.doors.sealing import sealer_of
from cunguan.kernel.codes import Code


class PayeeBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An account in a client's name.

    name     as the bank has it
    account  its number, or IBAN
    bank     the bank's BIC or its number in the clearing (行号), where the account does not tell it
    person   the client whose card it is, where his details are kept (PUT /v1/persons/{person}): it lies under his own key then,
             and goes when he is shredded
    """

    name: Annotated[str, Meta(min_length=1, max_length=NAME_CHARACTERS_MAX)]
    account: Annotated[str, Meta(min_length=1, max_length=ACCOUNT_CHARACTERS_MAX)]
    bank: Annotated[str, Meta(max_length=BANK_CHARACTERS_MAX)] = ""
    person: Annotated[str, Meta(max_length=200)] = ""


class PayeeKnown(msgspec.Struct, frozen=True):
    """What stands for a payee, and how a client is shown his account."""

    payee_hash: str
    account: str


async def bring(call: Call) -> PayeeKnown:
    """Bring a payee."""
    body: PayeeBody = call.body
    payee = Payee(body.name, body.account, body.bank)
    try:
        row = details.kept(await sealer_of(call.context), payee, call.context.clock.now())
    except details.PayeeWrong as wrong:
        raise Problem(422, Code.malformed, str(wrong)) from wrong
    if body.person:
        await _keep_of_client(call, body.person, payee, row)
    else:
        await sql.run(call.context, details.KEEP, asdict(row))
    return PayeeKnown(row.payee_hash, payee.shown)


async def _keep_of_client(call: Call, person: str, payee: Payee, row: details.PayeeRow) -> None:
    def keep(connection: psycopg.Connection[Any]) -> None:
        persons = Persons(connection, opened(call.context.keys, connection))
        with connection.transaction():
            persons.usable(call.caller.lane, person)
            hashes = (row.name_hash, row.account_hash)
            keep_payee(persons, call.caller.lane, person, row.payee_hash, payee, hashes, row.at)

    with told(field="person"):
        await in_thread(call.context, keep)


_EXAMPLE = {"name": "李雷", "account": "6222021001010001", "bank": "102100099996"}

ENDPOINTS = (
    Endpoint("POST", "/v1/payee-details", "Bring name and account of a client's card", "instruct", bring,
             answer=PayeeKnown, body=PayeeBody, example=_EXAMPLE, tag="accounts"),
)  # fmt: skip
