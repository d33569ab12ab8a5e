"""A small log with receipts in it, made by hand: what the tests of receipts, of their page and of the vectors share.

The lender L7 (account 11, available) is paid 100.00 CNY three times by 1010 (account -1); all keys are made of a letter.
"""

import base64
from collections.abc import Sequence
from hashlib import sha256
from typing import Any

from msgspec.structs import replace
from nacl.signing import SigningKey

from cunguan.kernel.canonical import canonical_json
from cunguan.kernel.leaf import PostingLeaf, leaf_salt
from cunguan.keys.note_keys import Ed25519Signer
from cunguan.transparency import tree
from cunguan.transparency.checkpoint import Checkpoint
from cunguan.transparency.leaf import (
    ACTS,
    BODY,
    HEADER,
    Header,
    LeafType,
    Side,
    commitment,
    entry,
    header_bytes,
    part,
    side_bytes,
    side_salt,
)
from cunguan.transparency.note import COSIGNATURE, Key, Note, Signature, cosigned_message
from cunguan.transparency.policy import read as read_policy
from cunguan.transparency.receipt import FORMAT, Account, Logged, Part, Pins, Receipt, coded, encode, signed_text

ORIGIN = "log.example/1"
KEY = b"s" * 32
#: 2026-03-02T09:00:00Z
AT = 1772442000
WITNESSES = ("platform", "regulator", "auditor")
AVAILABLE = Account(11, "L7", "2010", "CNY")


def seed(letter: str) -> bytes:
    return letter.encode() * 32


LOG = Ed25519Signer(ORIGIN, seed("l"))
CUSTODIAN = Ed25519Signer("custodian-test", seed("c"))


def witness_key(name: str) -> Key:
    return Key(f"{name}.example", COSIGNATURE, bytes(SigningKey(seed(name[0])).verify_key))


POLICY = "\n".join([
    f"log {LOG.key.text()}", *(f"witness {name} {witness_key(name).text()}" for name in WITNESSES),
    f"group outside 2 {' '.join(WITNESSES)}", "quorum outside", "",
])  # fmt: skip
PINS = Pins(LOG.key, read_policy(POLICY.encode()), CUSTODIAN.key)


def cosignature(name: str, text: str, at: int) -> Signature:
    key = witness_key(name)
    signed = SigningKey(seed(name[0])).sign(cosigned_message(text, at)).signature
    return Signature(key.name, key.id, at.to_bytes(8, "big") + signed)


def checkpoint(hashes: Sequence[bytes], witnesses: Sequence[str] = ("platform", "auditor")) -> Note:
    """Return the checkpoint of a log of these leaves; the witnesses cosign a second after one another."""
    text = Checkpoint(ORIGIN, len(hashes), tree.root(len(hashes), tree.of_hashes(hashes))).text()
    lines = [cosignature(name, text, AT + n) for n, name in enumerate(witnesses, 1)]
    return Note(text, (LOG.sign(text), *lines))


class Journal:
    """One payment of 100.00 to L7, opened for him; `number` is his account's own."""

    def __init__(self, seq: int, number: int, previous: str, amount_minor: int = 10000, **changed: Any) -> None:
        self.seq, self.number = seq, number
        header = Header(
            1, seq, f"pay-{number}", "deposit_direct", 1, "2026-03-02T08:59:58.000000Z", "2026-03-02", "", "deposit_direct", 1,
            "cn_p2p", 1, "ab" * 32, "1.0",
        )  # fmt: skip
        posting = PostingLeaf(1, seq, 0, -1, 11, amount_minor, None, None)
        bank = Side(posting, "debit", -1, 40 + number, "cd" * 32)
        own = Side(posting, "credit", 11, number, previous)
        self.own = replace(own, **changed)
        openings = {
            "header": (leaf_salt(KEY, 1, seq, HEADER), header_bytes(header)),
            "body": (leaf_salt(KEY, 1, seq, BODY), b'{"holder":"L7","amount_minor":%d}' % amount_minor),
            "debit:0": (side_salt(KEY, 1, seq, 0, "debit"), side_bytes(bank)),
            "credit:0": (side_salt(KEY, 1, seq, 0, "credit"), side_bytes(self.own)),
        }
        self.parts = [Part(name, coded(salt), opening.decode()) for name, (salt, opening) in openings.items()]
        self.hashes = {name: part(salt, opening) for name, (salt, opening) in openings.items()}
        self.link = self.hashes["credit:0"].hex()
        self.entry = entry(LeafType.JOURNAL, seq, commitment(LeafType.JOURNAL, self.hashes.values()))
        self.type = LeafType.JOURNAL

    def shown(self, opened: Sequence[str]) -> tuple[Part, ...]:
        """Return the parts, those that are named opened."""
        return tuple(
            one if one.name in opened else Part(one.name, hash=coded(self.hashes[one.name])) for one in self.parts
        )


class Act:
    """The statement of March of L7's account."""

    def __init__(self, seq: int, row: dict[str, Any]) -> None:
        self.seq, self.type = seq, LeafType.ACCOUNT_STATEMENT
        content = canonical_json({"act": "insert", "row": row, "table": "account_statement"})
        salt = leaf_salt(KEY, ACTS, seq, 0)
        self.parts = (Part("content", coded(salt), content.decode()),)
        self.entry = entry(self.type, seq, commitment(self.type, [part(salt, content)]))


def month_row(journals: Sequence[Journal], **changed: Any) -> dict[str, Any]:
    first, last = journals[0], journals[-1]
    total = sum(one.own.posting.amount_minor for one in journals)
    return {
        "lane": 1, "platform": "P1", "account": 11, "owner": "L7", "code": "2010", "currency": "CNY", "month": "2026-03",
        "first_number": first.number, "last_number": last.number, "postings": len(journals), "opening_minor": 0,
        "closing_minor": total, "previous_link": first.own.previous, "last_link": last.link, "upto_seq": last.seq, **changed,
    }  # fmt: skip


def journals(count: int) -> list[Journal]:
    """Return payments one after the other."""
    made: list[Journal] = []
    for number in range(1, count + 1):
        made.append(Journal(100 + number, number, made[-1].link if made else ""))
    return made


def sealed(receipt: Receipt) -> bytes:
    """Return a receipt with the custodian's signature."""
    blank = replace(receipt, signature="")
    return encode(replace(blank, signature=base64.b64encode(CUSTODIAN.sign(signed_text(blank)).blob).decode()))


class Log:
    """A log of some leaves, with others around them."""

    def __init__(self, leaves: Sequence[Journal | Act], around: int = 9) -> None:
        self.leaves = leaves
        others = [sha256(bytes([n])).digest() for n in range(around)]
        self.hashes = [*others[: around // 2], *(tree.leaf_hash(one.entry) for one in leaves), *others[around // 2 :]]
        self.first = around // 2

    def receipt(self, leaf: Journal | Act, note: Note | None = None, **changed: Any) -> Receipt:
        """Return a leaf's receipt for L7, not signed yet."""
        index = self.first + self.leaves.index(leaf)
        hashes = tree.inclusion(index, len(self.hashes), tree.of_hashes(self.hashes))
        lines = ["c2sp.org/tlog-proof@v1", f"index {index}", *map(coded, hashes), ""]
        is_act = isinstance(leaf, Act)
        receipt = Receipt(
            FORMAT, "P1", "L7", ACTS if is_act else 1, leaf.seq, () if is_act else (AVAILABLE,),
            leaf.parts if isinstance(leaf, Act) else leaf.shown(("header", "credit:0")),
            (Logged(int(leaf.type), "\n".join(lines)),), (note or checkpoint(self.hashes)).write().decode(), POLICY,
            CUSTODIAN.key.text(), "",
        )  # fmt: skip
        return replace(receipt, **changed)

    def file(self, leaf: Journal | Act, note: Note | None = None, **changed: Any) -> bytes:
        """Return a leaf's receipt as a file."""
        return sealed(self.receipt(leaf, note, **changed))
