"""Key removal (移除密钥): a client takes a key away, for a device that is lost or sold; it verifies nothing more.

When    he confirms it with another of his keys: so the last one is never removed
Reads   the holder, the key that confirms, the key that ends
Returns Decision; where it was the account's first key, the one that confirmed takes its place
Order   account, confirmation, key, whether it is the last
Source  domain.md (c.1) A6; ADR 0048
"""

import msgspec
from msgspec.structs import replace

from cunguan.kernel.codes import Code
from cunguan.kernel.instruction import AuthorityText, Decision, Given, Instruction, refuse
from cunguan.kernel.rows import ClientKey, Holder, Row
from cunguan.ledger.book import Book
from cunguan.operations.authority import Signer, confirmed, signer_of
from cunguan.operations.key_replacement import NOBODY_CONFIRMS

KIND = "key_removal"
VERSION = 1
LANE = "platform"


class Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Whose key, and which."""

    holder: str
    key_id: str


class Facts(msgspec.Struct, frozen=True, gc=False):
    """What a removal depends on."""

    holder: Holder | None
    key: Signer | None
    old: ClientKey | None


def authority_text(instruction: Instruction, lane: int) -> AuthorityText | None:
    """Return the text the client confirms."""
    body = instruction.body
    assert isinstance(body, Body)
    return AuthorityText(lane, instruction.id, "P", body.holder, KIND, 0, body.key_id, "", "")


def load(instruction: Instruction, book: Book, given: Given) -> Facts:
    """Collect the facts of a removal."""
    body = instruction.body
    assert isinstance(body, Body)
    holder = book.get(Holder, body.holder)
    return Facts(
        holder=holder,
        key=None if holder is None else signer_of(book, holder, given),
        old=book.get(ClientKey, body.key_id),
    )


def decide(instruction: Instruction, facts: Facts, given: Given) -> Decision:
    """Decide one removal; a lock is no reason against it: a stolen device is when it is needed."""
    body, holder, old = instruction.body, facts.holder, facts.old
    assert isinstance(body, Body)
    if holder is None:
        return refuse(Code.account_not_found)
    if holder.state in NOBODY_CONFIRMS:
        return refuse(NOBODY_CONFIRMS[holder.state], f"the account is {holder.state}")
    refused = confirmed(given, facts.key, body.holder)
    if refused is not None:
        return refuse(refused)
    if old is None or old.holder != holder.id or old.state != "active":
        return refuse(Code.key_not_found, "that is not a key of this account")
    assert facts.key is not None, "it has confirmed"
    if facts.key.key.id == old.id:
        return refuse(Code.key_is_the_last, "a key is removed by another one: add that first")
    changes: tuple[Row, ...] = (replace(old, state="ended"),)
    if holder.key_id == old.id:
        changes += (replace(holder, key_id=facts.key.key.id),)
    return Decision(Code.done, changes=changes, authority=given.confirmation)
