"""Receipt (存证回执): one file from which a client or a platform sees, without asking anybody, that a journal stands in the log.

When    it is made for its reader; whoever has the file checks it, for years, without the custodian
Shape   Receipt: parts, of which the reader's own are opened with their salts and the others are hashes in their places; a leaf's
        place in the log; the checkpoint with its signatures. `policy` and `custodian` are what the custodian says of keys: a reader
        who has them from elsewhere gives his own, and is told what came from the file alone
        Result: each check by its name, in order; what a good receipt says; what it does not prove
Order   form, opening, leaf, root, log, quorum, names: the first that fails ends it
Errors  ReceiptWrong: not the one form in which a receipt is written; the check and the reason are words of doors/receipts/words.py
Source  C2SP tlog-proof, tlog-policy; transparency/leaf.py; docs/receipts.md; ADR 0040
"""

import base64
import binascii
import json
from collections.abc import Iterator, Mapping
from typing import Any, Final, TypeVar

import msgspec
from msgspec.structs import replace

from cunguan.kernel.canonical import canonical_bytes
from cunguan.transparency import checkpoint as checkpoints
from cunguan.transparency import policy as policies
from cunguan.transparency import proof as proofs
from cunguan.transparency.checkpoint import Checkpoint
from cunguan.transparency.leaf import ACTS, Header, LeafType, Side, commitment, entry, part
from cunguan.transparency.note import ED25519, Check, Key, Note, NoteWrong, cosigned_at
from cunguan.transparency.policy import Policy, PolicyWrong
from cunguan.transparency.proof import Proof
from cunguan.transparency.tree import HASH_BYTES, ProofWrong, check_inclusion, leaf_hash

FORMAT: Final = "cunguan-receipt/v1"
#: no receipt is larger: a platform's of a journal of some thousand postings is two megabytes
BYTES_MAX: Final = 2**25

CHECKS: Final = ("form", "opening", "leaf", "root", "log", "quorum", "names")
OK, FAILED, OPEN = "ok", "failed", "open"
#: what no receipt proves; and without the quorum, the last as well
NEVER_PROVED: Final = ("money_is_there", "nothing_left_out", "was_right")


S = TypeVar("S", bound=msgspec.Struct)


class ReceiptWrong(ValueError):
    """A receipt fails a check: its name, the word for the reason, what was found."""

    def __init__(self, check: str, word: str, found: str = "") -> None:
        super().__init__(f"{check}: {word}{found and ' ' + found}")
        self.check, self.word, self.found = check, word, found


class Part(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """A part of a commitment: opened, with its salt; or its hash alone. Both in base64."""

    name: str
    salt: str = ""
    opening: str = ""
    hash: str = ""


class Account(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the custodian says of an account's number: whose, which of the chart, in which currency."""

    account: int
    owner: str
    code: str
    currency: str


class Logged(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A leaf and its place: with the checkpoint after an empty line, `proof` is a file of C2SP tlog-proof."""

    type: int
    proof: str


class Receipt(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The file. `holder` is "" in a platform's own; `lane` -1 is an act, whose one part is its content."""

    format: str
    platform: str
    holder: str
    lane: int
    sequence: int
    accounts: tuple[Account, ...]
    parts: tuple[Part, ...]
    leaves: tuple[Logged, ...]
    checkpoint: str
    policy: str
    custodian: str
    signature: str


class Pins(msgspec.Struct, frozen=True):
    """What the verifier has from elsewhere; None is taken from the file, and told."""

    log: Key | None = None
    policy: Policy | None = None
    custodian: Key | None = None


class Checked(msgspec.Struct, frozen=True):
    """One check: ok, failed, or open where there was nothing to hold it against; `word` says why."""

    name: str
    state: str
    word: str = ""
    found: str = ""


class Own(msgspec.Struct, frozen=True):
    """A posting as one of the reader's accounts sees it; `link` is what its next one names."""

    lane: int
    seq: int
    line: int
    account: Account
    side: str
    amount_minor: int
    number: int
    previous: str
    link: str

    @property
    def change_minor(self) -> int:
        """By how much it changes the account: assets, with numbers below zero, grow by debits, what is owed by credits."""
        return self.amount_minor if (self.side == "debit") is (self.account.account < 0) else -self.amount_minor


class Month(msgspec.Struct, frozen=True):
    """A month of one account, as the act that states it has it."""

    lane: int
    platform: str
    account: int
    owner: str
    code: str
    currency: str
    month: str
    first_number: int
    last_number: int
    postings: int
    opening_minor: int
    closing_minor: int
    previous_link: str
    last_link: str
    upto_seq: int


class Witnessed(msgspec.Struct, frozen=True):
    """Who cosigned, and when, in seconds since 1970."""

    name: str
    at: int


class Result(msgspec.Struct, frozen=True):
    """What came of a file. Nothing beside `checks` is said of one that failed.

    latest     the instant at which it was in the log at the latest, by the quorum's witnesses; None: nobody vouches for one
    from_file  what was not pinned, and so is only what the file says of itself: log, policy, custodian
    """

    checks: tuple[Checked, ...]
    receipt: Receipt | None = None
    header: Header | None = None
    own: tuple[Own, ...] = ()
    body: str = ""
    authority: Mapping[str, Any] | None = None
    month: Month | None = None
    content: str = ""
    origin: str = ""
    size: int = 0
    places: tuple[int, ...] = ()
    witnessed: tuple[Witnessed, ...] = ()
    latest: int | None = None
    from_file: tuple[str, ...] = ()
    not_proved: tuple[str, ...] = NEVER_PROVED

    @property
    def is_good(self) -> bool:
        """Whether no check failed."""
        return all(one.state != FAILED for one in self.checks)


# ── the file ─────────────────────────────────────────────────────────────────
def encode(receipt: Receipt) -> bytes:
    """Return the one form in which a receipt is written."""
    return msgspec.json.encode(receipt)


def signed_text(receipt: Receipt) -> str:
    """Return what the custodian signs: the file without its signature."""
    return encode(replace(receipt, signature="")).decode()


def read(content: bytes) -> Receipt:
    """Read a file; another form of the same receipt is refused, so that nothing in it can be changed unseen."""
    if len(content) > BYTES_MAX:
        raise ReceiptWrong("form", "too_large")
    try:
        receipt = msgspec.json.decode(content, type=Receipt)
    except (msgspec.DecodeError, UnicodeDecodeError) as wrong:
        raise ReceiptWrong("form", "not_a_receipt", str(wrong)) from None
    if receipt.format != FORMAT:
        raise ReceiptWrong("form", "another_format", receipt.format)
    if encode(receipt) != content:
        raise ReceiptWrong("form", "another_form")
    return receipt


def coded(content: bytes) -> str:
    """Return bytes as a receipt writes them."""
    return base64.b64encode(content).decode()


def logged(kind: LeafType, proof: Proof) -> Logged:
    """Return a leaf's place: of the tlog-proof what stands above its empty line."""
    return Logged(int(kind), proof.write().partition(b"\n\n")[0].decode() + "\n")


def proof_file(one: Logged, checkpoint: str) -> bytes:
    """Return a leaf's tlog-proof as the file that other programs read."""
    return f"{one.proof}\n{checkpoint}".encode()


# ── verification ─────────────────────────────────────────────────────────────
def verify(content: bytes, pins: Pins, check: Check) -> Result:
    """Return what a file proves, check by check."""
    done: list[Checked] = []
    try:
        receipt = read(content)
        done.append(Checked("form", OK))
        opened = _opened(receipt)
        done.append(Checked("opening", OK))
        leaves = _leaves(receipt, opened)
        done.append(Checked("leaf", OK, found=leaf_hash(leaves[0][1]).hex()))
        note, head, places = _rooted(receipt, leaves)
        done.append(Checked("root", OK, found=head.root.hex()))
        policy, from_file = _policy(receipt, pins)
        done.append(_log(note, head, policy, pins, from_file, check))
        witnessed = _witnessed(note, policy, check)
        done.append(_quorum(policy, witnessed))
        done.append(_names(receipt, pins, from_file, check))
    except ReceiptWrong as wrong:
        return Result((*done, Checked(wrong.check, FAILED, wrong.word, wrong.found)))
    latest = _latest(policy, witnessed)
    return replace(
        opened, checks=tuple(done), receipt=receipt, origin=head.origin, size=head.size, places=places,
        witnessed=tuple(witnessed), latest=latest, from_file=tuple(from_file),
        not_proved=NEVER_PROVED + (("not_witnessed",) if latest is None else ()),
    )  # fmt: skip


def _opened(receipt: Receipt) -> Result:
    """Return what the opened parts say, having found that they fit together and belong to this leaf."""
    if receipt.lane == ACTS:
        return _act(receipt)
    header = _header(receipt)
    if [one.name for one in receipt.parts] != _names_of(receipt, header):
        raise ReceiptWrong("opening", "parts_differ")
    opened = {one.name: one.opening for one in receipt.parts if one.opening}
    authority = _json(opened["authority"], "authority") if "authority" in opened else None
    if authority is not None and receipt.holder not in ("", authority.get("owner")):
        raise ReceiptWrong("opening", "another_owner")
    return Result((), header=header, own=tuple(_sides(receipt)), body=opened.get("body", ""), authority=authority)


def _header(receipt: Receipt) -> Header:
    first = receipt.parts[0] if receipt.parts else Part("")
    header = _struct(first, "header", Header)
    if first.name != "header" or (header.lane, header.seq) != (receipt.lane, receipt.sequence):
        raise ReceiptWrong("opening", "another_place")
    return header


def _names_of(receipt: Receipt, header: Header) -> list[str]:
    """Return the parts that the leaves of a sequence are made of, by their names."""
    types = [one.type for one in receipt.leaves]
    if types not in ([1], [2], [3], [1, 2], [1, 3]):
        raise ReceiptWrong("opening", "leaves_differ")
    names = ["header", *(["authority"] if LeafType.AUTHORITY in types else [])]
    if LeafType.JOURNAL in types:
        names += ["body", *side_names(header.postings)]
    return names + (["body", "detail"] if LeafType.INSTRUCTION in types else [])


def side_names(postings: int) -> list[str]:
    """Return the names of a journal's sides, in their order.

    >>> side_names(2)
    ['debit:0', 'credit:0', 'debit:1', 'credit:1']
    """
    return [f"{side}:{line}" for line in range(postings) for side in ("debit", "credit")]


def _sides(receipt: Receipt) -> Iterator[Own]:
    accounts = {one.account: one for one in receipt.accounts}
    found = [one for one in receipt.parts if one.opening and one.name.partition(":")[0] in ("debit", "credit")]
    sides = [(one, _side(receipt, one)) for one in found]
    if [*accounts] != list(dict.fromkeys(side.account for _, side in sides)):
        raise ReceiptWrong("opening", "accounts_differ")
    for one, side in sides:
        account, posting = accounts[side.account], side.posting
        yield Own(
            receipt.lane, receipt.sequence, posting.line, account, side.side, posting.amount_minor, side.number, side.previous,
            _value(one).hex(),
        )  # fmt: skip
    if receipt.holder and any(one.owner != receipt.holder for one in receipt.accounts):
        raise ReceiptWrong("opening", "another_owner")


def _side(receipt: Receipt, one: Part) -> Side:
    side = _struct(one, "side", Side)
    posting = side.posting
    here = (posting.lane, posting.seq, f"{side.side}:{posting.line}")
    account = posting.debit_account if side.side == "debit" else posting.credit_account
    if here != (receipt.lane, receipt.sequence, one.name) or side.account != account or posting.amount_minor <= 0:
        raise ReceiptWrong("opening", "another_place")
    if side.number < 1 or len(side.previous) != (0 if side.number == 1 else 2 * HASH_BYTES):
        raise ReceiptWrong("opening", "another_number")
    return side


def _act(receipt: Receipt) -> Result:
    kinds = [one.type for one in receipt.leaves]
    if [one.name for one in receipt.parts] != ["content"] or not receipt.parts[0].opening or receipt.accounts:
        raise ReceiptWrong("opening", "parts_differ")
    if len(kinds) != 1 or kinds[0] < LeafType.STATEMENT:
        raise ReceiptWrong("opening", "leaves_differ")
    content = receipt.parts[0].opening
    if kinds[0] != LeafType.ACCOUNT_STATEMENT:
        return Result((), content=content)
    month = month_of(content)
    if receipt.holder not in ("", month.owner):
        raise ReceiptWrong("opening", "another_owner")
    return Result((), content=content, month=month)


def month_of(content: str) -> Month:
    """Return the month of an account that an act states."""
    try:
        return msgspec.convert(json.loads(content)["row"], Month)
    except (ValueError, LookupError, TypeError, RecursionError, msgspec.ValidationError):
        raise ReceiptWrong("opening", "not_its_kind", "content") from None


def _struct(one: Part, kind: str, shape: type[S]) -> S:
    """Return an opening as what it must be, in its canonical bytes."""
    try:
        value = msgspec.json.decode(one.opening.removeprefix(f"{kind}\n1\n"), type=shape)
    except msgspec.DecodeError:
        raise ReceiptWrong("opening", "not_its_kind", one.name) from None
    if canonical_bytes(kind, 1, value) != one.opening.encode():
        raise ReceiptWrong("opening", "not_its_kind", one.name)
    return value


def _json(opening: str, kind: str) -> dict[str, Any]:
    try:
        found = json.loads(opening.removeprefix(f"{kind}\n1\n"))
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise ReceiptWrong("opening", "not_its_kind", kind)
    return found


def _value(one: Part) -> bytes:
    """Return a part: of salt and opening, or as it is told."""
    if bool(one.hash) is bool(one.salt and one.opening) or bool(one.salt) is not bool(one.opening):
        raise ReceiptWrong("opening", "neither_open_nor_hidden", one.name)
    return _bytes(one.hash) if one.hash else part(_bytes(one.salt), one.opening.encode())


def _bytes(text: str, size: int = HASH_BYTES, check: str = "opening") -> bytes:
    """Return bytes in base64; another spelling of the same bytes is refused."""
    try:
        found = base64.b64decode(text, validate=True)
    except (ValueError, binascii.Error):
        found = b""
    if len(found) != size or coded(found) != text:
        raise ReceiptWrong(check, "not_base64", text[:60])
    return found


def _leaves(receipt: Receipt, opened: Result) -> list[tuple[Logged, bytes]]:
    """Return each leaf's bytes, from its parts."""
    values = {one.name: _value(one) for one in receipt.parts}
    postings = opened.header.postings if opened.header is not None else 0
    of = {
        LeafType.AUTHORITY: ["header", "authority"],
        LeafType.JOURNAL: ["header", "body", *side_names(postings)],
        LeafType.INSTRUCTION: ["header", "body", "detail"],
    }
    found = []
    for one in receipt.leaves:
        kind = _kind(one, receipt)
        committed = commitment(kind, [values[name] for name in of.get(kind, ["content"])])
        found.append((one, entry(kind, receipt.sequence, committed)))
    return found


def _kind(one: Logged, receipt: Receipt) -> LeafType:
    try:
        kind = LeafType(one.type)
    except ValueError:
        raise ReceiptWrong("opening", "leaves_differ") from None
    if not 0 <= receipt.sequence < 2**63:
        raise ReceiptWrong("opening", "leaves_differ")
    return kind


def _rooted(receipt: Receipt, leaves: list[tuple[Logged, bytes]]) -> tuple[Note, Checkpoint, tuple[int, ...]]:
    proven = [_proof(receipt, one) for one, _ in leaves]
    try:
        head = checkpoints.read(proven[0].note.text)
    except NoteWrong as wrong:
        raise ReceiptWrong("root", "no_checkpoint", str(wrong)) from None
    for proof, (_, leaf) in zip(proven, leaves, strict=True):
        try:
            check_inclusion(proof.index, head.size, leaf_hash(leaf), proof.hashes, head.root)
        except ProofWrong as wrong:
            raise ReceiptWrong("root", "not_under_root", str(wrong)) from None
    return proven[0].note, head, tuple(proof.index for proof in proven)


def _proof(receipt: Receipt, one: Logged) -> Proof:
    """Return a leaf's proof: its own lines, and the checkpoint that all leaves share."""
    whole = proof_file(one, receipt.checkpoint)
    try:
        proof = proofs.read(whole)
    except NoteWrong as wrong:
        raise ReceiptWrong("root", "no_proof", str(wrong)) from None
    if proof.write() != whole or proof.extra or "\n\n" in one.proof:
        raise ReceiptWrong("root", "no_proof")
    return proof


def _policy(receipt: Receipt, pins: Pins) -> tuple[Policy, list[str]]:
    """Return the policy to hold it against, and what of it is the file's own word."""
    from_file = [name for name in ("policy", "custodian") if getattr(pins, name) is None]
    if pins.log is None and (pins.policy is None or not pins.policy.logs):
        from_file.insert(0, "log")
    try:
        return pins.policy or policies.read(receipt.policy.encode()), from_file
    except PolicyWrong as wrong:
        raise ReceiptWrong("log", "no_policy", str(wrong)) from None


def _log(note: Note, head: Checkpoint, policy: Policy, pins: Pins, from_file: list[str], check: Check) -> Checked:
    keys = [pins.log] if pins.log is not None else [one.key for one in policy.logs]
    if not keys:
        raise ReceiptWrong("log", "no_log_key", head.origin)
    named = [key for key in keys if key.name == head.origin]
    if not named:
        raise ReceiptWrong("log", "another_log", head.origin)
    if not any(policies.is_signed(note, key, check) for key in named):
        raise ReceiptWrong("log", "not_signed", head.origin)
    return Checked("log", OK, "of_file" if "log" in from_file else "pinned", head.origin)


def _witnessed(note: Note, policy: Policy, check: Check) -> list[Witnessed]:
    """Return the policy's witnesses that have cosigned, the earliest first."""
    found = [
        Witnessed(one.name, cosigned_at(line))
        for one in policy.witnesses.values()
        for line in note.of(one.key)[:1]
        if check(one.key, note.text, line.blob)
    ]
    return sorted(found, key=lambda one: (one.at, one.name))


def _quorum(policy: Policy, witnessed: list[Witnessed]) -> Checked:
    told = ", ".join(one.name for one in witnessed)
    if policy.asks_nobody:
        return Checked("quorum", OPEN, "nobody_asked", told)
    if not policy.is_met([one.name for one in witnessed]):
        raise ReceiptWrong("quorum", "not_met", told)
    return Checked("quorum", OK, found=told)


def _latest(policy: Policy, witnessed: list[Witnessed]) -> int | None:
    """Return the earliest instant by which the quorum had cosigned."""
    for count, one in enumerate(witnessed, 1):
        if not policy.asks_nobody and policy.is_met([each.name for each in witnessed[:count]]):
            return one.at
    return None


def _names(receipt: Receipt, pins: Pins, from_file: list[str], check: Check) -> Checked:
    """Check the custodian's signature: what the file says beside the log (names, currencies, keys) is his word."""
    try:
        key = pins.custodian or Key.parse(receipt.custodian)
    except NoteWrong:
        raise ReceiptWrong("names", "no_key") from None
    signature = _bytes(receipt.signature, 64, "names")
    if key.algorithm != ED25519 or not check(key, signed_text(receipt), signature):
        raise ReceiptWrong("names", "not_signed", key.name)
    return Checked("names", OK, "of_file" if "custodian" in from_file else "pinned", key.name)
