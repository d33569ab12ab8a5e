"""Opening import (期初导入): clients and balances taken over from another custodian, by one signed certificate.

When    the certificate of old custodian, platform and bank is there, and the money with it
Reads   the lane's day (it counts the accounts), the pool, the bank account, their papers, the certificate's id, and for each client: his
        person and link in lane 0, what this lane knows of him, his accounts here and the legal orders over them, the names
        to be used
Posts   Dr 1010 / Cr 2010, holder by holder, in one journal
Returns Decision; each account is imported, and moves no money until its client has confirmed (import_confirmation)
Order   certificate, its hash and three signers, two names, total, lines, their sum, lane, pool, bank account, papers,
        certificate not used before, clients (named in the refusal), size
Source  domain-decisions.md 31
"""

from collections.abc import Iterable, Sequence
from typing import Literal

import msgspec
from msgspec.structs import replace

from cunguan.kernel.codes import Code
from cunguan.kernel.ids import is_id
from cunguan.kernel.instruction import Decision, Given, Instruction, refuse
from cunguan.kernel.rows import (
    Account,
    BankAccount,
    Certificate,
    ClientKey,
    Day,
    Holder,
    ImportedBalance,
    Link,
    OrderHere,
    Person,
    PersonHere,
    Pool,
    PoolPapers,
    Row,
)
from cunguan.ledger.book import Book, Miss
from cunguan.ledger.chart import HOLDER_CODES
from cunguan.ledger.templates.opening_import import opening_import
from cunguan.operations import person_link
from cunguan.operations.account_opening import ROLES
from cunguan.operations.client_keys import PUBLIC_KEY_BYTES
from cunguan.operations.cover import in_use
from cunguan.operations.freezing import counted
from cunguan.operations.papers import WHY, let_in, papers_of
from cunguan.operations.person_link import link_id, linking_id
from cunguan.operations.places import twice
from cunguan.operations.receiving import fits
from cunguan.operations.runs import ATOMIC_ITEMS
from cunguan.operations.two_names import two_names
from cunguan.states.account import ACCOUNT

KIND = "opening_import"
VERSION = 1
LANE = "platform"


class Line(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One client of the certificate, with the key that will verify what he confirms."""

    holder: str
    person: str
    role: str
    kind: Literal["person", "company"]
    method: str
    source: str
    key_id: str
    evidence_kind: str
    public_key: bytes
    amount_minor: int


class Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A certificate: SHA-256 of the signed document in hexadecimal digits, who signed it, and its lines."""

    certificate: str
    document_hash: str
    pool: str
    bank_account: str
    total_minor: int
    signer_old_custodian: str
    signer_platform: str
    signer_bank: str
    lines: tuple[Line, ...]
    maker: str
    checker: str


class Known(msgspec.Struct, frozen=True, gc=False):
    """What is known of one client before the import."""

    person: Person | None
    link: Link | None
    here: PersonHere | None
    same_id: Holder | None
    others: Sequence[Holder]
    key: ClientKey | None
    orders: Sequence[OrderHere]


class Facts(msgspec.Struct, frozen=True, gc=False):
    """What an import depends on; the clients in the order of the lines."""

    day: Day | None
    pool: Pool | None
    bank: BankAccount | None
    papers: tuple[PoolPapers, ...]
    certificate: Certificate | None
    clients: Sequence[Known]
    cash_minor: int


def prelude(instruction: Instruction, lane: int) -> tuple[Instruction, ...]:
    """Return what lane 0 must do first: link each person, so that what is ordered about him reaches this lane."""
    body = instruction.body
    assert isinstance(body, Body)
    if len(body.lines) > ATOMIC_ITEMS:
        return ()
    persons = dict.fromkeys(line.person for line in body.lines)
    return tuple(
        Instruction(linking_id(f"{instruction.id}:{n}", lane), person_link.KIND, person_link.Body(person, lane))
        for n, person in enumerate(persons)
    )


def load(instruction: Instruction, book: Book, given: Given) -> Facts:
    """Collect the facts of an import."""
    body = instruction.body
    assert isinstance(body, Body)
    pool, bank = book.get(Pool, body.pool), book.get(BankAccount, body.bank_account)
    lines = body.lines if len(body.lines) <= ATOMIC_ITEMS else ()
    return Facts(
        day=book.day(),
        pool=pool,
        bank=bank,
        papers=papers_of(book, body.pool),
        certificate=book.get(Certificate, body.certificate),
        clients=_clients(lines, book, given.lane),
        cash_minor=0 if bank is None else book.balance(bank.account),
    )


def _clients(lines: Iterable[Line], book: Book, lane: int) -> list[Known]:
    """Read what is known of each client; raise one Miss for all that are not in memory yet."""
    found: list[Known] = []
    missed = False
    for line in lines:
        try:
            found.append(_known(line, book, lane))
        except Miss:
            missed = True
    if missed:
        raise Miss
    return found


def _known(line: Line, book: Book, lane: int) -> Known:
    return Known(
        person=book.foreign(Person, line.person),
        link=book.foreign(Link, link_id(line.person, lane)),
        here=book.get(PersonHere, line.person),
        same_id=book.get(Holder, line.holder),
        others=book.find(Holder, "person", line.person),
        key=book.get(ClientKey, line.key_id),
        orders=book.find(OrderHere, "person", line.person),
    )


def decide(instruction: Instruction, facts: Facts, given: Given) -> Decision:
    """Decide one import."""
    body = instruction.body
    assert isinstance(body, Body)
    refusal = _document(body) or two_names(body.maker, body.checker)
    if refusal is not None:
        return refuse(refusal)
    if body.total_minor <= 0:
        return refuse(Code.amount_not_positive)
    refusal = _lines(body)
    if refusal is not None:
        return refuse(refusal)
    sum_minor = sum(line.amount_minor for line in body.lines)
    if sum_minor != body.total_minor:
        return refuse(Code.details_differ, "the lines do not sum to the certificate's total", sum_minor=sum_minor)
    if facts.day is None:
        return refuse(Code.lane_not_open)
    wrong = in_use(facts.pool, facts.bank)
    if wrong is not None:
        return refuse(*wrong)
    if not let_in(facts.papers, given, body.bank_account):
        return refuse(Code.pool_without_papers, WHY)
    if facts.certificate is not None:
        return refuse(Code.certificate_exists)
    codes = [_client(line, known, body.pool, given) for line, known in zip(body.lines, facts.clients, strict=True)]
    first = next((code for code in codes if code is not None), None)
    if first is not None:
        named = [line.holder for line, code in zip(body.lines, codes, strict=True) if code is first]
        return refuse(first, "nothing was imported", holders=named)
    if not fits(body.total_minor, (facts.cash_minor,)):
        return refuse(Code.balance_too_large)
    return _accept(body, facts, given)


def _document(body: Body) -> Code | None:
    if not is_id(body.certificate):
        return Code.id_malformed
    if len(body.document_hash) != 64 or set(body.document_hash) - set("0123456789abcdef"):
        return Code.details_missing
    signers = {name.strip() for name in (body.signer_old_custodian, body.signer_platform, body.signer_bank)}
    if "" in signers:
        return Code.details_missing
    return None if len(signers) == 3 else Code.same_person_twice


def _lines(body: Body) -> Code | None:
    if not body.lines:
        return Code.details_missing
    if len(body.lines) > ATOMIC_ITEMS:
        return Code.limit_exceeded
    if any(line.amount_minor < 0 for line in body.lines):
        return Code.amount_not_positive
    if twice([line.holder for line in body.lines]) or twice([line.key_id for line in body.lines]):
        return Code.duplicate_detail
    return Code.duplicate_detail if twice([f"{line.role}:{line.person}" for line in body.lines]) else None


def _client(line: Line, known: Known, pool: str, given: Given) -> Code | None:
    """Return why one client cannot be taken over, or None: the same questions as at an account opening."""
    if not is_id(line.holder) or not is_id(line.key_id):
        return Code.id_malformed
    if not line.method or not line.source:
        return Code.details_missing
    if not given.sandbox and (line.source == "sandbox" or line.evidence_kind.startswith("sandbox")):
        return Code.source_not_allowed
    if len(line.public_key) != PUBLIC_KEY_BYTES.get(line.evidence_kind):
        return Code.authority_evidence_invalid
    if known.person is None or known.link is None:
        return Code.person_not_found
    if known.person.state != "active" or (known.here is not None and known.here.state != "active"):
        return Code.person_locked
    if line.role not in ROLES:
        return Code.account_role_differs
    if line.kind != known.person.kind:
        return Code.details_differ
    if known.same_id is not None or any(_is_same(other, line, pool) for other in known.others):
        return Code.account_exists
    return Code.key_exists if known.key is not None else None


def _is_same(other: Holder, line: Line, pool: str) -> bool:
    return (other.pool, other.role) == (pool, line.role) and other.state not in ACCOUNT.final


def _accept(body: Body, facts: Facts, given: Given) -> Decision:
    day, pool, bank = facts.day, facts.pool, facts.bank
    assert day is not None and pool is not None and bank is not None
    width = len(HOLDER_CODES)
    adds: list[Row] = []
    accounts: list[Account] = []
    holders: list[Holder] = []
    for n, (line, known) in enumerate(zip(body.lines, facts.clients, strict=True)):
        waiting, in_force = counted(order for order in known.orders if order.currency == pool.currency)
        base = day.next_account + n * width
        holder = Holder(
            line.holder, line.person, pool.id, line.role, line.kind, "imported", base, line.key_id, line.method,
            line.source, waiting, in_force,
        )  # fmt: skip
        holders.append(holder)
        adds += [
            holder,
            ClientKey(line.key_id, line.holder, line.evidence_kind, line.public_key, "active"),
            ImportedBalance(line.holder, body.certificate, line.amount_minor, given.seq),
        ]
        accounts += [Account(base + k, code, holder.id, pool.id, pool.currency) for k, code in enumerate(HOLDER_CODES)]
    certificate = Certificate(
        body.certificate, pool.id, body.document_hash, body.total_minor, len(body.lines), given.seq
    )
    amounts = (line.amount_minor for line in body.lines)
    return Decision(
        Code.done,
        postings=opening_import(bank=bank, balances=zip(holders, amounts, strict=True)),
        adds=(certificate, *adds),
        changes=(replace(day, next_account=day.next_account + width * len(body.lines)),),
        accounts=tuple(accounts),
        answer={"holders": len(holders)},
    )
