"""Take-over (期初导入): clients and balances of another custodian, by one certificate; each confirms before his money moves.

When    days 32, 33 (one of them withdraws)
Source  domain-decisions.md 31; tests/scenarios/take_over_of_balances.txt
"""

from cunguan.doors.demo.caller import key_id
from cunguan.doors.demo.chapters.chapter import Chapter, Desk, balance, state
from cunguan.doors.demo.custodian import METHOD, SOURCE
from cunguan.doors.demo.market import YUAN
from cunguan.kernel.codes import Code
from cunguan.operations.opening_import import Line

LINES = (("taken-1", 300 * YUAN), ("taken-2", 12 * YUAN), ("taken-3", 0))


def take_over(_: Desk, hill: Desk) -> None:
    """The second platform takes three clients over; the first of them confirms."""
    total_minor = sum(amount_minor for _, amount_minor in LINES)
    hill.receive("certificate-1", total_minor)
    hill.two(
        "taken-certificate", "opening_import", certificate="certificate-1", document_hash="ab" * 32, pool=hill.pool,
        bank_account=hill.bank_account, total_minor=total_minor, signer_old_custodian="old-1",
        signer_platform="platform-1", signer_bank="bank-1", lines=tuple(_line(hill, *line) for line in LINES),
    )  # fmt: skip
    hill.refused(
        Code.account_not_active, "taken-early", "mandate_grant", holder="taken-1", type="bid", cap_minor=YUAN,
        until=hill.later(30),
    )  # fmt: skip
    hill.do(
        "taken-confirmed", "import_confirmation", holder="taken-1", certificate="certificate-1",
        amount_minor=300 * YUAN,
    )  # fmt: skip
    hill.do("taken-bind", "card_binding", holder="taken-1", card="card:taken-1", payee_hash="payee:taken-1")


def _line(hill: Desk, holder: str, amount_minor: int) -> Line:
    hill.register(f"person-{holder}")
    return Line(
        holder, f"person-{holder}", "lender", "person", METHOD, SOURCE, key_id(holder), "sandbox_ed25519",
        hill.public_key(holder), amount_minor,
    )  # fmt: skip


def withdraw(_: Desk, hill: Desk) -> None:
    """He takes it all out."""
    hill.withdraw("taken-out", "taken-1", 300 * YUAN)


CHAPTER = Chapter(
    title=("take-over", "期初导入"),
    says=(
        "three clients with 312.00 came from another custodian by one certificate; one confirmed, and withdrew his 300.00",
        "凭一份证明自他行承接三户合计312.00元；一户确认后提现300.00元，未确认者不得动用",
    ),
    acts=((32, take_over), (33, withdraw)),
    checks=(
        balance(2, "taken-1", "2010", 0),
        balance(2, "taken-2", "2010", 12 * YUAN),
        state("holder_account", 2, "taken-2", "imported"),
        state("withdrawal", 2, "taken-out", "settled"),
    ),
)
