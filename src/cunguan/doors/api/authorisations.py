"""Authorisations (授权请求): a platform asks, the client confirms at the custodian's page, the custodian hands in.

When    a platform wants an instruction that its client must confirm; a client opens his page; the sweep of the jobs
Shape   waiting → confirmed → answered by the plane, or declined, or expired. The text and the body never change.
        `token`: the page's capability, derived from the installation's page key and the request: only its hash is stored
Returns the request as it stands afterwards. A confirmation is committed before the plane is asked, so it is never lost:
        what the plane has not answered is handed in again, under the same id
Errors  Problem: who is asked does not exist, the id was used for something else, nothing is to be confirmed
Source  domain-decisions.md 8, 10; design/lanes.md "sandbox evidence"
"""

import asyncio
import hashlib
import hmac
import logging
from base64 import urlsafe_b64encode
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any, Final

import msgspec

from cunguan.doors.api import openings, sql
from cunguan.doors.api.context import Context
from cunguan.doors.api.evidence import evidence_of, state_at
from cunguan.doors.api.problem import Problem
from cunguan.kernel.canonical import canonical_json, key16
from cunguan.kernel.codes import TRANSIENT, Code
from cunguan.kernel.ids import is_id
from cunguan.kernel.instruction import Answer, AuthorityText, Evidence, Instruction
from cunguan.keys.sandbox import SandboxKeys
from cunguan.keys.secret_file import secret
from cunguan.operations.catalogue import operation

log = logging.getLogger(__name__)

PAGE_KEY: Final = "page-key"
SANDBOX_KEYS: Final = "sandbox-keys"

#: how long the sweep leaves a confirmation to the process that heard it
SWEEP_AFTER_SECONDS: Final = 15
SWEEP_AT_ONCE: Final = 100
EVER: Final = datetime(1970, 1, 1, tzinfo=UTC)


class Authorisation(msgspec.Struct, frozen=True):
    """One request, as it is stored."""

    lane: int
    number: int
    id: str
    kind: str
    version: int
    body: bytes
    owner: str
    currency: str
    canonical: bytes
    challenge: bytes
    page_hash: bytes
    return_url: str
    asked_by: str
    asked_at: datetime
    expires_at: datetime
    state: str
    decided_at: datetime | None = None
    evidence_kind: str | None = None
    key_id: str | None = None
    public_key: bytes | None = None
    evidence: bytes | None = None
    answered_at: datetime | None = None
    answer: bytes | None = None

    @property
    def text(self) -> AuthorityText:
        """What the client's key signs."""
        return msgspec.json.decode(self.canonical.split(b"\n", 2)[2], type=AuthorityText)

    @property
    def said(self) -> Answer | None:
        """What the plane answered."""
        return None if self.answer is None else msgspec.json.decode(self.answer, type=Answer)


class Wish(msgspec.Struct, frozen=True):
    """What a platform wants confirmed: who, what it says, and where he goes on afterwards."""

    id: str
    kind: str
    version: int
    body: bytes
    text: AuthorityText
    currency: str
    return_url: str
    asked_by: str
    expires_in_seconds: int


# ── asking ───────────────────────────────────────────────────────────────────
async def ask(context: Context, wish: Wish) -> Authorisation:
    """Note a request, or return the same one that was noted before; Problem when the id was used for something else."""
    if not is_id(wish.id):
        raise Problem(422, Code.id_malformed, "an id is 1 to 200 of letters, digits and _.:/@+#=-", field="id")
    lane = wish.text.lane
    found = await find(context, lane, wish.id)
    if found is None:
        await _is_free(context, lane, wish.id)
        await sql.run(context, "authorisation_ask", _row(context, wish, context.clock.now()))
        found = await find(context, lane, wish.id)
        assert found is not None, "it was written, here or by another process"
    if (found.kind, found.version, found.body) != (wish.kind, wish.version, wish.body):
        field = _first_difference(found.body, wish.body) if found.kind == wish.kind else "kind"
        detail = f"the id was used with another {field}: take a new id for another request"
        raise Problem(409, Code.exists_with_different_field, detail, field=field, instruction_id=wish.id)
    return found


async def _is_free(context: Context, lane: int, request: str) -> None:
    if await sql.row(context, "instruction_decided", {"lane": lane, "key16": key16(request)}) is not None:
        detail = "an instruction with this id was handed in already: fetch it, or take a new id"
        raise Problem(409, Code.exists_with_different_field, detail, field="id", instruction_id=request)


def _row(context: Context, wish: Wish, now: datetime) -> dict[str, object]:
    lane = wish.text.lane
    return {
        "lane": lane, "id": wish.id, "kind": wish.kind, "version": wish.version, "body": wish.body,
        "owner": wish.text.owner, "currency": wish.currency, "canonical": wish.text.canonical(),
        "challenge": wish.text.challenge(), "page_hash": page_hash(token_of(context.home, lane, wish.id)),
        "return_url": wish.return_url, "asked_by": wish.asked_by, "asked_at": now,
        "expires_at": now + timedelta(seconds=wish.expires_in_seconds),
    }  # fmt: skip


def _first_difference(first: bytes, second: bytes) -> str:
    one, other = msgspec.json.decode(first), msgspec.json.decode(second)
    return next((name for name, value in other.items() if one.get(name) != value), "body")


async def owner_of(context: Context, lane: int, holder: str) -> dict[str, Any]:
    """Return the key and currency of the client who is asked; Problem when this platform has no such client."""
    found = await sql.row(context, "authorisation_owner", {"lane": lane, "id": holder})
    if found is None:
        raise Problem(
            422, Code.account_not_found, f"there is no account {holder!r} whose client could confirm", field="body"
        )
    return found


async def currency_of(context: Context, lane: int, pool: str) -> str:
    """Return the currency of a pool; Problem when this platform has no such pool."""
    found = await sql.row(context, "pool_currency", {"lane": lane, "id": pool})
    if found is None:
        raise Problem(422, Code.pool_not_found, f"there is no pool {pool!r}", field="pool")
    return str(found["currency"])


# ── finding ──────────────────────────────────────────────────────────────────
async def find(context: Context, lane: int, request: str) -> Authorisation | None:
    """Return a request of a lane."""
    return await _authorisation(context, "authorisation_of", {"lane": lane, "id": request})


async def of_page(context: Context, token: str) -> Authorisation | None:
    """Return the request behind a page's token."""
    return await _authorisation(context, "authorisation_of_page", {"page_hash": page_hash(token)})


async def of_lane(
    context: Context, lane: int, *, before: int, limit: int, owner: str | None, state: str | None
) -> list[Authorisation]:
    """Return a lane's requests, the newest first."""
    values = {"lane": lane, "before": before, "limit": limit, "owner": owner, "state": state}
    return await _authorisations(context, "authorisations_of", {**values, "now": context.clock.now()})


# ── deciding, by the client ──────────────────────────────────────────────────
async def confirm(context: Context, request: Authorisation) -> Authorisation:
    """Let the sandbox's test client confirm, and hand the instruction in; what was decided already stays."""
    if request.state == "waiting":
        await keep(context, request, await sandbox_evidence(context, request))
    return await hand_in(context, await _again(context, request))


async def sandbox_evidence(context: Context, request: Authorisation) -> Evidence:
    """Sign by the test client's key; only a sandbox has it."""
    assert context.is_sandbox, "a production has no client's key"
    keys = SandboxKeys.open(context.home / SANDBOX_KEYS)
    return keys.confirm(await _key_id(context, request), request.text)


async def _key_id(context: Context, request: Authorisation) -> str:
    if request.kind == openings.KIND:
        return openings.first_key(request.owner)
    return str((await owner_of(context, request.lane, request.owner))["key_id"])


async def keep(context: Context, request: Authorisation, evidence: Evidence) -> None:
    """Commit a client's evidence, if he is in time and has not answered before."""
    values = {
        "lane": request.lane, "id": request.id, "now": context.clock.now(), "evidence_kind": evidence.kind,
        "key_id": evidence.key_id, "public_key": evidence.public_key, "evidence": evidence.signature,
    }  # fmt: skip
    await sql.run(context, "authorisation_confirm", values)


async def decline(context: Context, request: Authorisation) -> Authorisation:
    """Note that the client said no; what was decided already stays."""
    values = {"lane": request.lane, "id": request.id, "now": context.clock.now()}
    await sql.run(context, "authorisation_decline", values)
    return await _again(context, request)


# ── handing in ───────────────────────────────────────────────────────────────
async def hand_in(context: Context, request: Authorisation) -> Authorisation:
    """Hand a confirmed request's instruction in and keep the answer; in doubt it is left for the sweep."""
    if request.state != "confirmed" or request.answer is not None:
        return request
    answer = await _ask_plane(context, request)
    if answer.code in TRANSIENT and answer.seq is None:
        return request
    values = {"lane": request.lane, "id": request.id, "now": context.clock.now(), "answer": canonical_json(answer)}
    await sql.run(context, "authorisation_answer", values)
    return await _again(context, request)


async def _ask_plane(context: Context, request: Authorisation) -> Answer:
    if request.kind == openings.KIND:
        body = msgspec.json.decode(request.body, type=openings.Body)
        return await openings.hand_in(context, request.lane, request.id, body, evidence_of(request))
    return await context.asks.ask(request.lane, instruction_of(request))


def instruction_of(request: Authorisation) -> Instruction:
    """Return the instruction a client confirmed, with his evidence."""
    body = msgspec.json.decode(request.body, type=operation(request.kind).body)
    return Instruction(request.id, request.kind, body, evidence_of(request))


async def sweep(context: Context) -> int:
    """Hand in again what was confirmed and has no answer, and note what has expired; return how many were answered.

    What a lane that stands still, or a mistake of ours, keeps from its answer keeps nobody else from his.
    """
    now, answered = context.clock.now(), 0
    values = {
        "before": now - timedelta(seconds=SWEEP_AFTER_SECONDS),
        "limit": SWEEP_AT_ONCE,
        "decided_at": EVER,
        "number": 0,
    }
    while waiting := await _authorisations(context, "authorisations_unanswered", values):
        handed = await asyncio.gather(*(_handed(context, one) for one in waiting))
        answered += sum(one.answer is not None for one in handed)
        values |= {"decided_at": waiting[-1].decided_at, "number": waiting[-1].number}
    await sql.run(context, "authorisations_expire", {"now": now})
    return answered


async def _handed(context: Context, request: Authorisation) -> Authorisation:
    try:
        return await hand_in(context, request)
    except Exception:
        log.exception(
            "a confirmed instruction could not be handed in", extra={"lane": request.lane, "instruction_id": request.id}
        )
        return request


# ── the page's capability ────────────────────────────────────────────────────
def token_of(home: Path, lane: int, request: str) -> str:
    """Return the unguessable end of a page's address; the same for the same request."""
    digest = hmac.digest(_page_key(home / PAGE_KEY), b"page %d %s" % (lane, request.encode()), "sha256")
    return urlsafe_b64encode(digest).decode().rstrip("=")


def page_of(context: Context, token: str) -> str:
    """Return the address of a client's page: at the portal, where his passkey is; in a sandbox the door's own, which leads there."""
    if context.portal and not context.is_sandbox:
        return portal_page(context, token)
    return f"{context.address}/authorise/{token}"


def portal_page(context: Context, token: str) -> str:
    """Return the address of a client's page at the portal."""
    return f"{context.portal}/sign/ask/{token}/"


def fingerprint(home: Path, *parts: str) -> str:
    """Return what stands for names and numbers of people that are not kept: the same for the same ones, here alone."""
    return hmac.digest(_page_key(home / PAGE_KEY), "\n".join(("fingerprint", *parts)).encode(), "sha256").hex()


def form_token_of(home: Path, token: str) -> str:
    """Return what a page's form carries, so that no other site's form is taken for it."""
    return hmac.digest(_page_key(home / PAGE_KEY), b"form " + token.encode(), "sha256").hex()


def is_form_token(home: Path, token: str, sent: str) -> bool:
    """Return whether a form carries what its page put there."""
    return hmac.compare_digest(form_token_of(home, token).encode(), sent.encode())


def page_hash(token: str) -> bytes:
    """Return what is stored of a token."""
    return hashlib.sha256(token.encode()).digest()


@cache
def _page_key(path: Path) -> bytes:
    return secret(path)


# ── the table ────────────────────────────────────────────────────────────────
async def _again(context: Context, request: Authorisation) -> Authorisation:
    found = await find(context, request.lane, request.id)
    assert found is not None, "a request is never removed"
    return found


async def _authorisation(context: Context, name: str, values: sql.Values) -> Authorisation | None:
    found = await _authorisations(context, name, values)
    return found[0] if found else None


async def _authorisations(context: Context, name: str, values: sql.Values) -> list[Authorisation]:
    found = await sql.typed(context, Authorisation, name, values)
    now = context.clock.now()
    return [msgspec.structs.replace(one, state=state_at(one.state, one.expires_at, now)) for one in found]
