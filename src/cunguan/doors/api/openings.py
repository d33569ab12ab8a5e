"""Openings (开户请求): what happens when a client a platform brought has confirmed that he wants an account.

When    the client has confirmed at the custodian's page
Shape   a sandbox registers the person in lane 0 once, under an id that is his and not the platform's; a production has registered him
        before, with what the identity step found (doors/portals/client/opening.py). Then the account is opened, with the key he
        confirmed by, and says how lane 0 has him checked. A company's account waits for account_review
Returns the answer of account_opening. A platform hears the same whether another platform has brought the person before or not
Source  domain.md (c.1) A1, A2; domain-decisions.md 29, 30
"""

from typing import Literal

import msgspec

from cunguan.doors.api import sql
from cunguan.doors.api.context import Context
from cunguan.kernel.codes import TRANSIENT, Code
from cunguan.kernel.instruction import Answer, AuthorityText, Evidence, Instruction
from cunguan.operations import account_opening, person_registration

KIND = account_opening.KIND
VERSION = 1

#: how a sandbox has checked a person: not at all, and every row says so
METHOD, SOURCE = "sandbox", person_registration.SANDBOX


class Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An account a platform asks for: `holder` is its own reference of the account, `person` of the client himself."""

    holder: str
    person: str
    role: Literal["lender", "borrower", "guarantor", "trustee"]
    pool: str
    kind: Literal["person", "company"] = "person"


def text_of(lane: int, request: str, body: Body) -> AuthorityText:
    """Return the text the client confirms with the key that will be his."""
    return AuthorityText(lane, request, "P", body.holder, KIND, 0, body.person, "", "")


def first_key(holder: str) -> str:
    """Return the id of a client's first key."""
    return f"{holder}:key"


def registration_id(body: Body) -> str:
    """Return the id under which a sandbox registers a person unchecked, whoever brings him."""
    return f"person:{body.kind}:{body.person}"


async def hand_in(context: Context, lane: int, request: str, body: Body, evidence: Evidence) -> Answer:
    """Open the account of a person whom lane 0 has; a sandbox registers him first if he is new."""
    if context.is_sandbox:
        registered = await context.asks.ask(0, _registration(body))
        if registered.code in TRANSIENT:  # also quarantined: what two people make of it is not known yet
            return Answer(request, registered.code, why=registered.why)
        if registered.code is Code.done:
            return await context.asks.ask(lane, _opening(request, body, evidence, METHOD, SOURCE))
    known = await sql.row(context, "person_kind", {"person": body.person})  # registered before, by whoever checked him
    if known is None or known["kind"] != body.kind:
        why = f"the identity source knows no {body.kind} of this reference"
        return Answer(request, Code.person_not_verified, why=why)
    return await context.asks.ask(lane, _opening(request, body, evidence, known["method"], known["source"]))


def _registration(body: Body) -> Instruction:
    told = person_registration.Body(body.person, body.kind, METHOD, SOURCE, f"{SOURCE}:{body.person}")
    return Instruction(registration_id(body), person_registration.KIND, told)


def _opening(request: str, body: Body, evidence: Evidence, method: str, source: str) -> Instruction:
    opening = account_opening.Body(
        body.holder, body.person, body.pool, body.role, body.kind, method, source, evidence.key_id, evidence.kind,
        evidence.public_key,
    )  # fmt: skip
    return Instruction(request, KIND, opening)
