"""Platform's money (平台自有资金): in, to marketing, to clients as red packets, out to accounts that two people have bound; fees too.

When    day 6
Source  domain-decisions.md 9, 11, 12; tests/scenarios/platform_money.txt, fees_and_partners.txt
"""

from typing import Any

from cunguan.doors.demo.chapters.chapter import Chapter, Desk, balance, state
from cunguan.doors.demo.custodian import CHECKER, MAKER
from cunguan.doors.demo.market import FEES, YUAN
from cunguan.kernel.codes import Code

CLIENT, PARTNER = "own-client", "own-partner"


def move(river: Desk, _: Desk) -> None:
    """Move the platform's money, and let nothing out to an account nobody has bound."""
    river.let_in("lender", CLIENT)
    river.pay_in("own-in", CLIENT, 1_000 * YUAN)
    river.comes("own-money", "platform_money_in", 1_000 * YUAN, pool=river.pool, account="2150")
    river.do("own-transfer", "platform_transfer", pool=river.pool, account="2120", amount_minor=600 * YUAN)
    river.do("own-packet", "red_packet", holder=CLIENT, amount_minor=20 * YUAN, reference="spring")
    river.refused(Code.red_packet_final, "own-packet-back", "red_packet_cancel", red_packet="own-packet")
    river.refused(Code.payee_not_allowed, "own-out-0", "unused_money_back", **_out(river, 400 * YUAN, account="2150"))
    river.two("own-bind", "payee_binding", owner=river.venue.prefix, payee_hash="own-1", reason="letter of the bank")
    river.at_once(
        river.make("own-out-1", "unused_money_back", **_out(river, 400 * YUAN, account="2150")),
        river.make(
            "own-cancel", "payout_cancel", payout="own-out-1", reason="not wanted any more", maker=MAKER,
            checker=CHECKER,
        ),
    )  # fmt: skip
    river.do("own-out-2", "unused_money_back", **_out(river, 300 * YUAN, account="2150"))


def _out(river: Desk, amount_minor: int, **body: Any) -> dict[str, Any]:
    return {
        "pool": river.pool, "bank_account": river.bank_account, "amount_minor": amount_minor, "payee_hash": "own-1",
        "maker": MAKER, "checker": CHECKER, **body,
    }  # fmt: skip


def fees(river: Desk, _: Desk) -> None:
    """Charge a fee as disclosed, give one back, pay fees out, and a partner his share of them."""
    for name, agreed in (("own-fee-1", False), ("own-fee-2", True)):
        river.do(
            name, "fee_charge", holder=CLIENT, fee_schedule=FEES, fee_item="platform_fee", base_minor=1_000 * YUAN,
            fee_minor=20 * YUAN, agreed=agreed,
        )  # fmt: skip
    river.two("own-refund", "fee_refund", charge="own-fee-2", amount_minor=20 * YUAN, reason="not owed")
    river.two(
        "own-partner", "partner_registration", partner=PARTNER, pool=river.pool, kind="collaborator", contract="c-1"
    )
    river.do("own-share", "partner_share", partner=PARTNER, amount_minor=30 * YUAN, reference="march")
    river.two("own-bind-partner", "payee_binding", owner=PARTNER, payee_hash="partner-1", reason="letter of the bank")
    river.two(
        "own-out-partner", "partner_payout", partner=PARTNER, bank_account=river.bank_account, amount_minor=10 * YUAN,
        payee_hash="partner-1",
    )  # fmt: skip
    river.do("own-out-fees", "fee_payout", **_out(river, 100 * YUAN))


CHAPTER = Chapter(
    title=("platform's money", "平台自有资金"),
    says=(
        "1,000.00 came in, 600.00 went to marketing, 300.00 back to the bound account; a fee was given back, a partner paid",
        "转入1,000.00元，划营销款600.00元，退回已绑定账户300.00元；退费一笔，合作方分润并付款",
    ),
    acts=((6, move), (6, fees)),
    checks=(
        balance(1, CLIENT, "2010", 1_000 * YUAN),
        balance(1, PARTNER, "2160", 20 * YUAN),
        state("payout", 1, "own-out-1", "cancelled"),
        state("payout", 1, "own-out-2", "settled"),
        state("payout", 1, "own-out-fees", "settled"),
    ),
)
