"""Related party (关联方): two people of the custodian write down who is the platform itself or its affiliate.

When    the platform's contract, its shareholders or a check of the custodian names somebody; and when that has ended
Reads   the person's row in this platform's lane
Returns Decision; he may guarantee no loan of this platform and be no trustee payee of one, from the next decision on
Not     found out by the custodian: it looks at what it was told and what it finds on paper (形式审核)
Order   two names, person, relation and reason, state
Source  domain.md (c.3) C9, S-14; invariant 26; domain-decisions.md 20
"""

import msgspec
from msgspec.structs import replace

from cunguan.kernel.codes import Code
from cunguan.kernel.ids import is_id
from cunguan.kernel.instruction import Decision, Given, Instruction, refuse
from cunguan.kernel.rows import Move, RelatedParty
from cunguan.ledger.book import Book
from cunguan.operations.two_names import two_names
from cunguan.states.related_party import RELATED_PARTY

KIND = "related_party"
VERSION = 1
LANE = "platform"


class Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who he is to the platform: itself, a shareholder, a company of its group; `related` is False when it ended."""

    person: str
    relation: str
    related: bool
    reason: str
    maker: str
    checker: str


class Facts(msgspec.Struct, frozen=True, gc=False):
    """What is known of the person."""

    party: RelatedParty | None


def is_related(party: RelatedParty | None) -> bool:
    """Test that a person is known as the platform itself or its affiliate now."""
    return party is not None and party.state == "related"


def load(instruction: Instruction, book: Book, given: Given) -> Facts:
    """Collect the facts of a relation."""
    body = instruction.body
    assert isinstance(body, Body)
    return Facts(book.get(RelatedParty, body.person))


def decide(instruction: Instruction, facts: Facts, given: Given) -> Decision:
    """Decide one relation."""
    body, party = instruction.body, facts.party
    assert isinstance(body, Body)
    refused = two_names(body.maker, body.checker)
    if refused is not None:
        return refuse(refused)
    if not is_id(body.person):
        return refuse(Code.id_malformed)
    if not body.relation:
        return refuse(Code.details_missing, "what is he to the platform?")
    if not body.reason:
        return refuse(Code.reason_missing)
    if is_related(party) is body.related:
        return refuse(Code.state_forbids, "that is known already")
    if party is None:
        return Decision(Code.done, adds=(RelatedParty(body.person, body.relation, given.seq, RELATED_PARTY.initial),))
    event = "related_again" if body.related else "ended"
    state = RELATED_PARTY.after(party.state, event)
    return Decision(
        Code.done,
        changes=(replace(party, state=state),),
        moves=(Move("related_party", party.id, event, state),),
    )
