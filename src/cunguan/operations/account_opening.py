"""Account opening (开户): a holder account of one person in one role, with the key that verifies what he confirms.

When    a platform brings a client; lane 0 has linked the person to this lane first
Reads   the lane's day (it counts the accounts), pool, person and link in lane 0, what this lane knows of the person,
        his accounts here and the legal orders over them, the key
Returns Decision; holder, key and five accounts. A company waits for account_review, a person is active at once
Order   lane, details, source and evidence kind, pool, person, lock, account, key
Source  domain.md (c.1) A1, A2; domain-decisions.md 29, 30; one account a person, pool and role
"""

from typing import Literal

import msgspec
from msgspec.structs import replace

from cunguan.kernel.codes import Code
from cunguan.kernel.ids import is_id
from cunguan.kernel.instruction import Decision, Given, Instruction, refuse
from cunguan.kernel.rows import Account, ClientKey, Day, Holder, Link, OrderHere, Person, PersonHere, Pool
from cunguan.ledger.book import Book
from cunguan.ledger.chart import HOLDER_CODES
from cunguan.operations import person_link
from cunguan.operations.client_keys import PUBLIC_KEY_BYTES
from cunguan.operations.freezing import counted
from cunguan.operations.person_link import link_id, linking_id
from cunguan.operations.places import POOL_WORKS
from cunguan.states.account import ACCOUNT

KIND = "account_opening"
VERSION = 1
LANE = "platform"

ROLES = frozenset({"lender", "borrower", "guarantor", "trustee"})


class Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An account to open; `holder` is the platform's opaque reference to it."""

    holder: str
    person: str
    pool: str
    role: str
    kind: Literal["person", "company"]
    method: str
    source: str
    key_id: str
    evidence_kind: str
    public_key: bytes


class Facts(msgspec.Struct, frozen=True, gc=False):
    """What an opening depends on."""

    day: Day | None
    pool: Pool | None
    person: Person | None
    link: Link | None
    here: PersonHere | None
    same_id: Holder | None
    others: tuple[Holder, ...]
    key: ClientKey | None
    orders: tuple[OrderHere, ...]


def prelude(instruction: Instruction, lane: int) -> tuple[Instruction, ...]:
    """Return what lane 0 must do first: link the person, so that a lock of him reaches this lane."""
    body = instruction.body
    assert isinstance(body, Body)
    return (Instruction(linking_id(instruction.id, lane), person_link.KIND, person_link.Body(body.person, lane)),)


def load(instruction: Instruction, book: Book, given: Given) -> Facts:
    """Collect the facts of an opening."""
    body = instruction.body
    assert isinstance(body, Body)
    return Facts(
        day=book.day(),
        pool=book.get(Pool, body.pool),
        person=book.foreign(Person, body.person),
        link=book.foreign(Link, link_id(body.person, given.lane)),
        here=book.get(PersonHere, body.person),
        same_id=book.get(Holder, body.holder),
        others=tuple(book.find(Holder, "person", body.person)),
        key=book.get(ClientKey, body.key_id),
        orders=tuple(book.find(OrderHere, "person", body.person)),
    )


def decide(instruction: Instruction, facts: Facts, given: Given) -> Decision:
    """Decide one opening."""
    body, day, pool, person = instruction.body, facts.day, facts.pool, facts.person
    assert isinstance(body, Body)
    if day is None:
        return refuse(Code.lane_not_open)
    if not is_id(body.holder) or not is_id(body.key_id):
        return refuse(Code.id_malformed)
    if not body.method or not body.source:
        return refuse(Code.details_missing, "method and source say how the person was checked")
    if not given.sandbox and (body.source == "sandbox" or body.evidence_kind.startswith("sandbox")):
        return refuse(Code.source_not_allowed)
    if len(body.public_key) != PUBLIC_KEY_BYTES.get(body.evidence_kind):
        return refuse(Code.authority_evidence_invalid, "no key of this kind", kinds=sorted(PUBLIC_KEY_BYTES))
    if pool is None:
        return refuse(Code.pool_not_found)
    if pool.state not in POOL_WORKS:
        return refuse(Code.pool_not_active, f"the pool is {pool.state}")
    if person is None or facts.link is None:
        return refuse(Code.person_not_found)
    if person.state != "active" or (facts.here is not None and facts.here.state != "active"):
        return refuse(Code.person_locked)
    if body.role not in ROLES:
        return refuse(Code.account_role_differs, roles=sorted(ROLES))
    if body.kind != person.kind:
        return refuse(Code.details_differ, f"the person is registered as {person.kind}")
    if facts.same_id is not None or any(_is_same(other, body) for other in facts.others):
        return refuse(Code.account_exists)
    if facts.key is not None:
        return refuse(Code.key_exists)
    return _open(body, pool, day, facts.orders)


def _is_same(other: Holder, body: Body) -> bool:
    return (other.pool, other.role) == (body.pool, body.role) and other.state not in ACCOUNT.final


def _open(body: Body, pool: Pool, day: Day, orders: tuple[OrderHere, ...]) -> Decision:
    state = "active" if body.kind == "person" else ACCOUNT.initial
    name, base = body.holder, day.next_account
    waiting, in_force = counted(order for order in orders if order.currency == pool.currency)
    return Decision(
        Code.done,
        adds=(
            Holder(
                name,
                body.person,
                pool.id,
                body.role,
                body.kind,
                state,
                base,
                body.key_id,
                body.method,
                body.source,
                waiting,
                in_force,
            ),
            ClientKey(body.key_id, name, body.evidence_kind, body.public_key, "active"),
        ),
        changes=(replace(day, next_account=base + len(HOLDER_CODES)),),
        accounts=tuple(Account(base + n, code, name, pool.id, pool.currency) for n, code in enumerate(HOLDER_CODES)),
    )
