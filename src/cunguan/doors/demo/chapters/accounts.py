"""Accounts (账户与卡): cards reviewed, unbound, refused by their bank; keys lost; withdrawals stopped; an account closed.

When    days 16 (begin), 17 (stopped), 18 (closed)
Source  domain.md (c.1) A2-A13; tests/scenarios/withdrawal_taken_back.txt, account_closed.txt
"""

from cunguan.doors.demo.chapters.chapter import Chapter, Desk, balance, state
from cunguan.doors.demo.custodian import CHECKER, MAKER, METHOD, SOURCE
from cunguan.doors.demo.market import YUAN
from cunguan.kernel.codes import Code

CLIENT, LEAVER, EMPTY = "accounts-client", "accounts-leaver", "accounts-empty"
OTHER = "card:accounts-client-2"


def begin(river: Desk, _: Desk) -> None:
    """Change a card while there is money: two people look first. An empty account may lose its card."""
    river.let_in("lender", CLIENT, LEAVER, EMPTY)
    river.pay_in("accounts-in-1", CLIENT, 1_000 * YUAN)
    river.pay_in("accounts-in-2", LEAVER, 120 * YUAN)
    river.do("accounts-bind", "card_binding", holder=CLIENT, card=OTHER, payee_hash=OTHER.replace("card:", "payee:"))
    river.two("accounts-review", "card_review", card=OTHER, passed=True, reason="he was called")
    river.do("accounts-unbind", "card_unbind", holder=EMPTY, card=f"card:{EMPTY}")
    river.two("accounts-suspend", "account_suspension", holder=LEAVER, reason="papers")
    river.refused(Code.account_not_active, "accounts-close-0", "account_closing", holder=LEAVER)
    river.two("accounts-resume", "account_resumption", holder=LEAVER, reason="papers")


def stop(river: Desk, _: Desk) -> None:
    """Take a withdrawal back, intercept another; the bank says that the card is closed, then that it is not."""
    river.at_once(
        river.withdrawal("accounts-out-1", CLIENT, 300 * YUAN, OTHER),
        river.make(
            "accounts-cancel", "withdrawal_cancel", holder=CLIENT, withdrawal="accounts-out-1",
            amount_minor=300 * YUAN,
        ),
    )  # fmt: skip
    river.at_once(
        river.withdrawal("accounts-out-2", CLIENT, 300 * YUAN, OTHER),
        river.make(
            "accounts-intercept", "withdrawal_intercept", withdrawal="accounts-out-2", reason="the card is in doubt",
            maker=MAKER, checker=CHECKER,
        ),
    )  # fmt: skip
    river.do("accounts-invalid", "card_invalid", card=OTHER, reason="closed", reference="bank", maker=MAKER)
    river.two("accounts-check", "card_check", card=OTHER, reason="the bank says so")
    key_id = f"{CLIENT}:key-2"
    river.two(
        "accounts-key", "key_replacement", holder=CLIENT, old_key_id=f"{CLIENT}:key", key_id=key_id, method=METHOD,
        source=SOURCE, evidence_kind="sandbox_ed25519", public_key=river.new_key(CLIENT, key_id),
    )  # fmt: skip
    river.withdraw("accounts-out-3", LEAVER, 120 * YUAN)
    river.refused(Code.barred, "accounts-out-4", "bar", reason="its payment failed")


def close(river: Desk, _: Desk) -> None:
    """Withdraw with the new key; close an account, on second thoughts not, and then for good."""
    river.withdraw("accounts-out-5", CLIENT, 400 * YUAN, OTHER)
    river.do("accounts-close-1", "account_closing", holder=LEAVER)
    river.do("accounts-keep", "account_closing_withdrawn", holder=LEAVER)
    river.do("accounts-close-2", "account_closing", holder=LEAVER)
    river.two("accounts-closed", "account_closed", holder=LEAVER)


CHAPTER = Chapter(
    title=("accounts", "账户与卡"),
    says=(
        "a card changed after two people had looked, another unbound; a withdrawal taken back, one intercepted; a key replaced; "
        "an account closed",
        "换绑经双人审核，空户解绑；提现一笔撤销、一笔拦截；更换密钥；销户一户",
    ),
    acts=((16, begin), (17, stop), (18, close)),
    checks=(
        state("withdrawal", 1, "accounts-out-1", "cancelled"),
        state("withdrawal", 1, "accounts-out-2", "intercepted"),
        state("withdrawal", 1, "accounts-out-5", "settled"),
        state("holder_account", 1, LEAVER, "closed"),
        state("card", 1, f"card:{EMPTY}", "unbound"),
        balance(1, CLIENT, "2010", 600 * YUAN),
    ),
)
