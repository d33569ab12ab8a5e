"""Making (出具回执): a receipt of one instruction for its client or its platform, or of one act, from the rows and the log's files.

When    a client or a platform asks; nothing is stored: what is made again later has a later checkpoint at most
Reads   the leaf's openings, its place, the smallest checkpoint over it that the quorum has cosigned, else the newest signed one
Shape   a client's: the header, the sides of his own accounts, and his own word if he gave it; a platform's: header, body, all sides
        Issued: the file, and whether the quorum has cosigned it
Errors  NoReceipt: the code says why there is none: not yet, not his, nothing was logged
Source  transparency/receipt.py; ADR 0040
"""

from collections.abc import Callable, Collection, Sequence
from typing import Any

import msgspec
import psycopg
from msgspec.structs import replace

from cunguan.doors.receipts.months import CODES, month_days, side_of
from cunguan.kernel.canonical import key16
from cunguan.kernel.codes import Code
from cunguan.keys.custodian import CustodianKey
from cunguan.keys.installation import Keys
from cunguan.keys.salts import SaltKeys
from cunguan.store.log import checkpoints
from cunguan.store.log.checkpoints import Stored
from cunguan.store.log.folder import Folder
from cunguan.store.log.places import Place, places
from cunguan.store.log.rows import NotLogged, openings
from cunguan.store.sqlfiles import statement
from cunguan.transparency import note, tree
from cunguan.transparency.derive import Leaf
from cunguan.transparency.derive import Part as Opened
from cunguan.transparency.leaf import ACTS, AuthorityOpening, LeafType, opened
from cunguan.transparency.note import ED25519, Key, Note
from cunguan.transparency.policy import POLICY
from cunguan.transparency.proof import Proof
from cunguan.transparency.receipt import FORMAT, Account, Part, Receipt, coded, encode, logged, signed_text
from cunguan.transparency.tiles import Tiles

Connection = psycopg.Connection[Any]


class NoReceipt(Exception):
    """There is none, or none yet; the message is for people."""

    def __init__(self, code: Code, why: str) -> None:
        super().__init__(why)
        self.code, self.why = code, why


class Issued(msgspec.Struct, frozen=True):
    """A receipt; `name` is what its file is called."""

    name: str
    content: bytes
    is_cosigned: bool


class Maker:
    """Makes receipts of one installation, over one connection that reads."""

    def __init__(self, connection: Connection, keys: Keys, folder: Callable[[int], Folder]) -> None:
        self._connection, self._folder = connection, folder
        self._salts, self._custodian = SaltKeys(keys), CustodianKey.of(keys)
        policy = keys.home / POLICY
        self._policy = policy.read_text("utf-8") if policy.exists() else "quorum none\n"

    def of_instruction(self, lane: int, platform: str, name: str, holder: str) -> Issued:
        """Return an instruction's receipt for a holder, or with "" for the platform."""
        row = self._connection.execute(statement("history_key"), {"lane": lane, "key": key16(name)}).fetchone()
        if row is None:
            raise NoReceipt(Code.not_found, "there is no such instruction")
        return self.of_sequence(lane, platform, int(row[0]), holder)

    def of_sequence(self, lane: int, platform: str, seq: int, holder: str) -> Issued:
        """Return a sequence's receipt."""
        leaves = self._leaves(lane, seq)
        accounts = self._accounts(
            lane, [side_of(one).account for leaf in leaves for one in leaf.parts if _is_side(one)]
        )
        if holder:
            accounts = {number: one for number, one in accounts.items() if one.owner == holder and one.code in CODES}
            leaves = [leaf for leaf in leaves if _is_of(leaf, holder, accounts)]
            if not leaves:
                raise NoReceipt(
                    Code.receipt_not_his, f"it moved no money of {holder}, and {holder} gave no word for it"
                )
        else:
            leaves = [leaf for leaf in leaves if leaf.type is not LeafType.AUTHORITY]
        return self._issued(Receipt(FORMAT, platform, holder, lane, seq, (), (), (), "", "", "", ""), leaves, accounts)

    def of_month(self, lane: int, platform: str, holder: str, month: str) -> list[Issued]:
        """Return the statements of a holder's accounts of a month."""
        if self._connection.execute(statement("receipt_run"), {"lane": lane, "month": month}).fetchone() is None:
            raise NoReceipt(
                Code.statement_not_made, f"{month} is not stated yet: it is, once its last day is closed and in the log"
            )
        values = {"lane": lane, "owner": holder, "month": month, "codes": CODES}
        found = self._connection.execute(statement("receipt_statements"), values).fetchall()
        blank = Receipt(FORMAT, platform, holder, ACTS, 0, (), (), (), "", "", "", "")
        return [
            replace(
                self._issued(replace(blank, sequence=seq), self._leaves(ACTS, seq), {}),
                name=f"statement-{month}-{account}.json",
            )
            for seq, account in found
        ]

    def sequences(self, lane: int, holder: str, month: str) -> list[int]:
        """Return the sequences of a month in which a holder's money moved."""
        first, last = month_days(month)
        after, upto = (self._seq_on(lane, day) for day in (first - first.resolution, last))
        values = {"lane": lane, "owner": holder, "codes": CODES, "after": after, "upto": upto}
        return [int(seq) for (seq,) in self._connection.execute(statement("receipt_of_holder"), values).fetchall()]

    def _seq_on(self, lane: int, day: Any) -> int:
        row = self._connection.execute(statement("history_seq_on"), {"lane": lane, "day": day}).fetchone()
        return int(row[0]) if row else 0

    def _leaves(self, lane: int, seq: int) -> list[Leaf]:
        try:
            leaves = openings(self._connection, self._salts.of, lane, seq)
        except NotLogged as wrong:
            raise NoReceipt(Code.receipt_not_ready, f"{wrong}: ask again in a moment") from None
        if not leaves:
            raise NoReceipt(Code.receipt_of_nothing, "it was not done: nothing of it is in the log")
        return leaves

    def _accounts(self, lane: int, numbers: Sequence[int]) -> dict[int, Account]:
        values = {"lane": lane, "accounts": list(set(numbers))}
        found = {
            row[0]: Account(*row) for row in self._connection.execute(statement("receipt_accounts"), values).fetchall()
        }
        return {number: found[number] for number in dict.fromkeys(numbers)}

    def _issued(self, blank: Receipt, leaves: Sequence[Leaf], accounts: dict[int, Account]) -> Issued:
        """Return a receipt of these leaves, in which these accounts' sides are opened."""
        at = {one.type: one for one in places(self._connection, blank.lane, blank.sequence)}
        stored = self._checkpoint([at[leaf.type] for leaf in leaves if leaf.type in at])
        assert stored.note is not None
        signed, tiles = note.parse(stored.note), Tiles(stored.size, self._folder(stored.log).fetch)
        receipt = replace(
            blank, accounts=tuple(accounts.values()), parts=_parts(leaves, blank.holder, accounts),
            leaves=tuple(logged(leaf.type, _proof(at[leaf.type].index, signed, tiles)) for leaf in leaves),
            checkpoint=stored.note.decode(), policy=self._policy,
            custodian=Key(self._custodian.id, ED25519, self._custodian.public_key).text(),
        )  # fmt: skip
        content = encode(replace(receipt, signature=coded(self._custodian.sign(signed_text(receipt).encode()))))
        return Issued(f"receipt-{blank.lane}-{blank.sequence}.json", content, stored.cosigned_at is not None)

    def _checkpoint(self, at: Sequence[Place]) -> Stored:
        """Return the checkpoint to prove it under: the first that is cosigned, else one that is signed."""
        if not at:
            raise NoReceipt(Code.receipt_not_ready, "its leaf is not in the log yet: ask again in a moment")
        log, needed = at[0].log, max(one.index for one in at) + 1
        found = checkpoints.cosigned(self._connection, log, needed) or checkpoints.signed(self._connection, log, needed)
        if found is None or found.note is None:
            raise NoReceipt(Code.receipt_not_ready, "no checkpoint is over its leaf yet: ask again in a moment")
        return found


def _is_side(part: Opened) -> bool:
    return part.name.partition(":")[0] in ("debit", "credit")


def _is_of(leaf: Leaf, holder: str, accounts: Collection[int]) -> bool:
    """Return whether a leaf has something of a holder's: his word, or postings of his accounts."""
    if leaf.type is LeafType.AUTHORITY:
        return opened(leaf.parts[1].opening, AuthorityOpening).owner == holder
    return leaf.type is LeafType.JOURNAL and bool(accounts)


def _parts(leaves: Sequence[Leaf], holder: str, accounts: Collection[int]) -> tuple[Part, ...]:
    """Return the parts of all leaves, each once, what is the reader's own opened."""
    every = {part.name: part for leaf in leaves for part in leaf.parts}
    return tuple(_part(one, _is_shown(one, holder, accounts)) for one in every.values())


def _is_shown(part: Opened, holder: str, accounts: Collection[int]) -> bool:
    if _is_side(part):
        return side_of(part).account in accounts
    return part.name in ("header", "authority", "content") or not holder


def _part(one: Opened, is_shown: bool) -> Part:
    if not is_shown:
        return Part(one.name, hash=coded(one.hash))
    return Part(one.name, salt=coded(one.salt), opening=one.opening.decode())


def _proof(index: int, signed: Note, tiles: Tiles) -> Proof:
    return Proof(index, tuple(tree.inclusion(index, tiles.size, tiles.read)), signed)
