"""Key replacement (密钥更换): a client who lost his key is identified anew and gets another, so that no account is lost.

When    two people of the custodian have identified him; method and source say how, as at the opening
Reads   the holder, his keys, the new key, his cards
Returns Decision; what he confirms is verified by the new key from this sequence on, none of the old ones verifies any more.
        His cards cool anew: who stole an identity finds no way out that is open at once
Order   two names, details, source and evidence kind, account, old key, new key
Source  domain.md (c.1) A6; domain-decisions.md 10
"""

import msgspec
from msgspec.structs import replace

from cunguan.kernel.codes import Code
from cunguan.kernel.ids import is_id
from cunguan.kernel.instruction import Decision, Given, Instruction, refuse
from cunguan.kernel.rows import Card, ClientKey, Holder
from cunguan.ledger.book import Book
from cunguan.operations.cards import cooling_until
from cunguan.operations.client_keys import PUBLIC_KEY_BYTES
from cunguan.operations.two_names import two_names

KIND = "key_replacement"
VERSION = 1
LANE = "platform"

#: states in which nobody confirms anything any more
NOBODY_CONFIRMS = {
    "closed": Code.account_closed,
    "refused": Code.account_not_active,
    "succession": Code.account_not_active,
}


class Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which key of whom ends, which begins, and how he was identified."""

    holder: str
    old_key_id: str
    key_id: str
    evidence_kind: str
    public_key: bytes
    method: str
    source: str
    maker: str
    checker: str


class Facts(msgspec.Struct, frozen=True, gc=False):
    """What a replacement depends on."""

    holder: Holder | None
    old: ClientKey | None
    new: ClientKey | None
    others: tuple[ClientKey, ...]
    cards: tuple[Card, ...]


def load(instruction: Instruction, book: Book, given: Given) -> Facts:
    """Collect the facts of a replacement."""
    body = instruction.body
    assert isinstance(body, Body)
    return Facts(
        holder=book.get(Holder, body.holder),
        old=book.get(ClientKey, body.old_key_id),
        new=book.get(ClientKey, body.key_id),
        others=tuple(one for one in book.find(ClientKey, "holder", body.holder) if one.id != body.old_key_id),
        cards=tuple(book.find(Card, "holder", body.holder)),
    )


def decide(instruction: Instruction, facts: Facts, given: Given) -> Decision:
    """Decide one replacement; a lock is no reason against it, for that is when it is needed."""
    body, holder, old = instruction.body, facts.holder, facts.old
    assert isinstance(body, Body)
    refused = two_names(body.maker, body.checker)
    if refused is not None:
        return refuse(refused)
    if not is_id(body.key_id):
        return refuse(Code.id_malformed)
    if not body.method or not body.source:
        return refuse(Code.details_missing, "method and source say how the person was identified")
    if not given.sandbox and (body.source == "sandbox" or body.evidence_kind.startswith("sandbox")):
        return refuse(Code.source_not_allowed)
    if len(body.public_key) != PUBLIC_KEY_BYTES.get(body.evidence_kind):
        return refuse(Code.authority_evidence_invalid, "no key of this kind", kinds=sorted(PUBLIC_KEY_BYTES))
    if holder is None:
        return refuse(Code.account_not_found)
    if holder.state in NOBODY_CONFIRMS:
        return refuse(NOBODY_CONFIRMS[holder.state], f"the account is {holder.state}")
    if old is None or holder.key_id != old.id:
        return refuse(Code.key_not_found, "that is not the key of this account")
    if facts.new is not None:
        return refuse(Code.key_exists)
    return _replace(body, holder, (old, *facts.others), facts.cards, given)


def _replace(
    body: Body, holder: Holder, keys: tuple[ClientKey, ...], cards: tuple[Card, ...], given: Given
) -> Decision:
    until = cooling_until(given)
    cooled = tuple(replace(card, cooling_until=max(until, card.cooling_until)) for card in cards)
    return Decision(
        Code.done,
        adds=(ClientKey(body.key_id, holder.id, body.evidence_kind, body.public_key, "active"),),
        changes=(
            *(replace(key, state="ended") for key in keys if key.state == "active"),
            replace(holder, key_id=body.key_id),
            *cooled,
        ),
        answer={"cooling_until": until.isoformat()},
    )
