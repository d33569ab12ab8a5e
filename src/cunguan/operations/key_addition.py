"""Key addition (增加密钥): a client who has a key adds another: a second device, or his one-time code for low amounts.

When    he confirms it with a key that he has; who lost them all is identified anew (key_replacement)
Reads   the holder, the key that confirms, the new key
Returns Decision; what he confirms is verified by either key from this sequence on
Order   details, evidence kind, account, confirmation, key
Source  domain.md (c.1) A6; ADR 0048
"""

from base64 import b64encode

import msgspec

from cunguan.kernel.codes import Code
from cunguan.kernel.ids import is_id
from cunguan.kernel.instruction import AuthorityText, Decision, Given, Instruction, refuse
from cunguan.kernel.rows import ClientKey, Holder
from cunguan.ledger.book import Book
from cunguan.operations.authority import Signer, confirmed, signer_of, usable
from cunguan.operations.client_keys import ADDED

KIND = "key_addition"
VERSION = 1
LANE = "platform"


class Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Whose key, and which."""

    holder: str
    key_id: str
    evidence_kind: str
    public_key: bytes


class Facts(msgspec.Struct, frozen=True, gc=False):
    """What an addition depends on."""

    holder: Holder | None
    key: Signer | None
    new: ClientKey | None


def authority_text(instruction: Instruction, lane: int) -> AuthorityText | None:
    """Return the text the client confirms: this key, by its public half."""
    body = instruction.body
    assert isinstance(body, Body)
    what = f"{body.evidence_kind}:{b64encode(body.public_key).decode()}"
    return AuthorityText(lane, instruction.id, "P", body.holder, KIND, 0, what, "", "")


def load(instruction: Instruction, book: Book, given: Given) -> Facts:
    """Collect the facts of an addition."""
    body = instruction.body
    assert isinstance(body, Body)
    holder = book.get(Holder, body.holder)
    return Facts(
        holder=holder,
        key=None if holder is None else signer_of(book, holder, given),
        new=book.get(ClientKey, body.key_id),
    )


def decide(instruction: Instruction, facts: Facts, given: Given) -> Decision:
    """Decide one addition."""
    body = instruction.body
    assert isinstance(body, Body)
    if not is_id(body.key_id):
        return refuse(Code.id_malformed)
    if not given.sandbox and body.evidence_kind.startswith("sandbox"):
        return refuse(Code.source_not_allowed)
    if len(body.public_key) != ADDED.get(body.evidence_kind):
        return refuse(Code.authority_evidence_invalid, "no key of this kind", kinds=sorted(ADDED))
    refused = usable(facts.holder)
    if refused is not None:
        return refuse(refused)
    refused = confirmed(given, facts.key, body.holder)
    if refused is not None:
        return refuse(refused)
    if facts.new is not None:
        return refuse(Code.key_exists)
    return Decision(
        Code.done,
        adds=(ClientKey(body.key_id, body.holder, body.evidence_kind, body.public_key, "active"),),
        authority=given.confirmation,
    )
