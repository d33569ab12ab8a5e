"""Import confirmation (期初余额确认): a client says that what was taken over for him is right.

When    he has seen it on the custodian's page; until then nothing of his moves
Reads   the holder, his key, what the certificate says he had
Posts   nothing
Returns Decision; the account is active
Order   holder, his state, certificate and amount, confirmation
Source  domain-decisions.md 31
"""

import msgspec
from msgspec.structs import replace

from cunguan.kernel.codes import Code
from cunguan.kernel.instruction import AuthorityText, Decision, Given, Instruction, refuse
from cunguan.kernel.rows import Holder, ImportedBalance, Move
from cunguan.ledger.book import Book
from cunguan.operations.authority import Signer, confirmed, signer_of
from cunguan.states.account import ACCOUNT

KIND = "import_confirmation"
VERSION = 1
LANE = "platform"


class Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the client saw: the certificate, and the amount it gives him."""

    holder: str
    certificate: str
    amount_minor: int


class Facts(msgspec.Struct, frozen=True, gc=False):
    """What a confirmation depends on."""

    holder: Holder | None
    key: Signer | None
    imported: ImportedBalance | None


def authority_text(instruction: Instruction, lane: int) -> AuthorityText | None:
    """Return the text the client confirms."""
    body = instruction.body
    assert isinstance(body, Body)
    return AuthorityText(lane, instruction.id, "P", body.holder, KIND, body.amount_minor, body.certificate, "", "")


def load(instruction: Instruction, book: Book, given: Given) -> Facts:
    """Collect the facts of a confirmation."""
    body = instruction.body
    assert isinstance(body, Body)
    holder = book.get(Holder, body.holder)
    if holder is None:
        return Facts(None, None, None)
    return Facts(holder, signer_of(book, holder, given), book.get(ImportedBalance, holder.id))


def decide(instruction: Instruction, facts: Facts, given: Given) -> Decision:
    """Decide one confirmation."""
    body, holder, imported = instruction.body, facts.holder, facts.imported
    assert isinstance(body, Body)
    if holder is None:
        return refuse(Code.account_not_found)
    if not ACCOUNT.may(holder.state, "client_confirmed"):
        return refuse(Code.state_forbids, f"the account is {holder.state}")
    if imported is None or (imported.certificate, imported.amount_minor) != (body.certificate, body.amount_minor):
        return refuse(Code.confirmation_text_differs, "the certificate says otherwise")
    refusal = confirmed(given, facts.key, body.holder)
    if refusal is not None:
        return refuse(refusal)
    state = ACCOUNT.after(holder.state, "client_confirmed")
    return Decision(
        Code.done,
        changes=(replace(holder, state=state),),
        moves=(Move("account", holder.id, "client_confirmed", state),),
        authority=given.confirmation,
    )
