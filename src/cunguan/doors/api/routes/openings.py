"""Openings (开户): a platform brings a client; he says at the custodian's page whether he wants the account.

Shape   the same as an authorisation request, of kind account_opening: it is fetched, confirmed and declined as one
Returns 200 with the request. When the client has confirmed, the custodian registers him once, and opens the account;
        a company waits for the custodian's review. Nothing tells whether another platform has brought him before
Source  domain.md (c.1) A1, A2; domain-decisions.md 29, 30
"""

from typing import Literal

import msgspec

from cunguan.doors.api import authorisations, openings
from cunguan.doors.api.authorisations import Wish
from cunguan.doors.api.endpoint import Call, Endpoint
from cunguan.doors.api.handing_in import ID_CHARACTERS_MAX, check_id, refuse_in_clear
from cunguan.doors.api.problem import Problem
from cunguan.doors.api.return_url import checked_return_url
from cunguan.doors.api.routes.authorisations import DEFAULT_SECONDS, AuthorisationAnswer, Seconds, told
from cunguan.kernel.canonical import canonical_json
from cunguan.kernel.codes import Code
from cunguan.kernel.ids import is_id


class OpeningBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A client to bring.

    id      of this request, and of the instruction that opens the account
    holder  the platform's own reference of the account
    person  the platform's opaque reference of the client: the same for all his accounts
    """

    id: str
    holder: str
    person: str
    role: Literal["lender", "borrower", "guarantor", "trustee"]
    pool: str
    kind: Literal["person", "company"] = "person"
    expires_in_seconds: Seconds = DEFAULT_SECONDS
    return_url: str = ""


async def create(call: Call) -> AuthorisationAnswer:
    """Bring a client."""
    return await told(call, await authorisations.ask(call.context, await wish(call, call.body)))


async def wish(call: Call, asked: OpeningBody) -> Wish:
    """Return what is to be confirmed."""
    check_id(asked.id)
    refuse_in_clear({"id": asked.id, "holder": asked.holder, "person": asked.person}, asked.id)
    for field, reference in (("holder", asked.holder), ("person", asked.person)):
        if not is_id(reference) or len(reference) > ID_CHARACTERS_MAX:
            detail = f"a reference is 1 to {ID_CHARACTERS_MAX} of letters, digits and _.:/@+#=-"
            raise Problem(422, Code.id_malformed, detail, field=field, instruction_id=asked.id)
    body = openings.Body(asked.holder, asked.person, asked.role, asked.pool, asked.kind)
    currency = await authorisations.currency_of(call.context, call.caller.lane, asked.pool)
    return Wish(
        asked.id, openings.KIND, openings.VERSION, canonical_json(body),
        openings.text_of(call.caller.lane, asked.id, body), currency,
        checked_return_url(asked.return_url, call.context.is_sandbox), call.caller.key_id, asked.expires_in_seconds,
    )  # fmt: skip


_EXAMPLE = {"id": "open-L7", "holder": "L7", "person": "person-7", "role": "lender", "pool": "main"}

ENDPOINTS = (
    Endpoint(
        "POST", "/v1/openings", "Bring a client: he opens an account at the custodian", "instruct", create,
        answer=AuthorisationAnswer, body=OpeningBody, example=_EXAMPLE, tag="accounts",
    ),
)  # fmt: skip
