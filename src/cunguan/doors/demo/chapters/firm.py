"""Firm (存管人): what is missing in the pool the firm makes good; what it put in it takes out; nobody's interest is its income.

When    days 7, 8, 9, 10
Source  domain-decisions.md 4, 5, 10; tests/scenarios/shortfall_of_a_pool.txt, charge_back_of_a_deposit.txt, dormant_money.txt
"""

from datetime import date

from cunguan.doors.demo.chapters.chapter import Chapter, Desk, balance, state
from cunguan.doors.demo.custodian import CHECKER, MAKER
from cunguan.doors.demo.market import CALENDAR, YUAN
from cunguan.operations.pool_interest_share import Weight

FIRST, SECOND, DEBTOR, LOST, FOUND = "firm-client-1", "firm-client-2", "firm-debtor", "firm-lost", "firm-found"
NET, CHANNEL, SINCE = "net:quickpay", "quickpay", date(2019, 1, 1)
NAMES = {"maker": MAKER, "checker": CHECKER}


def loses(river: Desk, _: Desk) -> None:
    """Let the bank take charges, and make them good; with own money and with what was paid in before."""
    river.two("firm-line", "pool_line", pool=river.pool, line_minor=1_000 * YUAN, reason="rule of the firm")
    river.two("firm-bind", "payee_binding", owner="custodian", payee_hash="firm", reason="letter of the bank")
    _loss(river, "firm-loss-1")
    river.stands(state("pool", 1, "main", "short"))  # within its line clients are paid
    _good(river, "firm-good-1", "firm-loss-1", 30 * YUAN)
    river.comes("firm-prudent", "prudent_top_up", 100 * YUAN, pool=river.pool, reason="a buffer", **NAMES)
    _loss(river, "firm-loss-2")
    river.two("firm-good-2", "pool_top_up", shortfall="firm-loss-2", source="paid_in_before", amount_minor=30 * YUAN)
    _take_out(river, "firm-back-1", 70 * YUAN)


def _loss(river: Desk, name: str) -> None:
    river.goes(name, "pool_loss", 30 * YUAN, pool=river.pool, cause="bank_charge", reason="its price list", **NAMES)


def _good(river: Desk, name: str, shortfall: str, amount_minor: int) -> None:
    river.comes(name, "pool_top_up", amount_minor, shortfall=shortfall, source="own_money", **NAMES)


def _take_out(river: Desk, name: str, amount_minor: int) -> None:
    river.two(
        name, "prudent_top_up_back", pool=river.pool, bank_account=river.bank_account, amount_minor=amount_minor,
        payee_hash="firm", reason="not needed",
    )  # fmt: skip


def interest(river: Desk, _: Desk) -> None:
    """Share the pool's interest by weight; the bank takes back what it paid by mistake."""
    river.let_in("lender", FIRST, SECOND, DEBTOR, LOST, FOUND)
    river.comes("firm-interest", "pool_interest", 10 * YUAN, pool=river.pool)
    river.two(
        "firm-share", "pool_interest_share", pool=river.pool, amount_minor=8 * YUAN, to="holders", contract="clause 7",
        basis="days times amount", weights=(Weight(FIRST, 2), Weight(SECOND, 1)),
    )  # fmt: skip
    river.goes(
        "firm-interest-back", "pool_interest_share", 2 * YUAN, pool=river.pool, to="bank", contract="clause 7",
        basis="credited by mistake", **NAMES,
    )  # fmt: skip
    for name, holder in (("firm-in-lost", LOST), ("firm-in-found", FOUND)):
        river.pay_in(name, holder, 88 * YUAN)


def channel_says(river: Desk, _: Desk) -> None:
    """Let a channel announce deposits."""
    for name, holder, amount_minor, channel in (
        ("firm-paid-1", FIRST, 100 * YUAN, CHANNEL),
        ("firm-paid-2", SECOND, 50 * YUAN, CHANNEL),
        ("firm-paid-3", DEBTOR, 20 * YUAN, "slowpay"),
        ("firm-paid-4", DEBTOR, 50 * YUAN, "slowpay"),
    ):
        river.do(
            name, "deposit_notice", holder=holder, channel=channel, reference=name, amount_minor=amount_minor,
            settle_date=CALENDAR.add_working_days(river.today, 1),
        )  # fmt: skip


def channel_pays(river: Desk, _: Desk) -> None:
    """Let one channel pay net of its fee, and another take deposits back: one is still there, one is used."""
    river.receive(NET, 14_910)
    river.do(
        NET, "channel_net_settlement", pool=river.pool, channel=CHANNEL, settle_date=river.today,
        bank_account=river.bank_account, net_minor=14_910, fee_minor=90, deposits=("firm-paid-1", "firm-paid-2"),
        reference=NET,
    )  # fmt: skip
    _good(river, "firm-good-3", NET, 90)
    for name, amount_minor in (("firm-paid-3", 20 * YUAN), ("firm-paid-4", 50 * YUAN)):
        river.receive(name, amount_minor)
        river.do(
            f"settle:{name}:settled", "deposit_settlement", deposit=name, bank_account=river.bank_account,
            outcome="settled", amount_minor=amount_minor,
        )  # fmt: skip
    river.goes(
        "firm-taken-back-3", "charge_back", 20 * YUAN, deposit="firm-paid-3", holder=DEBTOR, client_minor=20 * YUAN,
        credited_by="settle:firm-paid-3:settled", document="letter", notice="post", **NAMES,
    )  # fmt: skip
    river.withdraw("firm-used", DEBTOR, 50 * YUAN)
    river.goes("firm-taken-back-4", "charge_back", 50 * YUAN, deposit="firm-paid-4", holder=DEBTOR, client_minor=0)
    river.stands(balance(1, DEBTOR, "1040", 50 * YUAN))
    _good(river, "firm-good-4", "firm-taken-back-4", 50 * YUAN)


def debt(river: Desk, _: Desk) -> None:
    """Let the client pay a part of his debt, the channel another; the firm bears the rest and takes out what is left."""
    river.pay_in("firm-in-debtor", DEBTOR, 30 * YUAN)
    river.do("firm-repaid", "client_debt_repayment", holder=DEBTOR, debt="firm-taken-back-4", amount_minor=30 * YUAN)
    river.comes("firm-recovered", "client_debt_recovery", 5 * YUAN, debt="firm-taken-back-4")
    river.two("firm-borne", "client_debt_borne", debt="firm-taken-back-4", reason="nothing more comes")
    _take_out(river, "firm-back-2", 35 * YUAN)


def dormant(river: Desk, _: Desk) -> None:
    """Set the balances of two clients apart who are not found: one goes to the authority, the other's owner comes back."""
    for name, holder in (("firm-apart-1", LOST), ("firm-apart-2", FOUND)):
        river.two(name, "dormancy", holder=holder, amount_minor=88 * YUAN, since_date=SINCE, instrument="act")
    river.charge("firm-to-authority", 88 * YUAN)
    _hand_over(river, "firm-to-authority", "to_authority")
    river.do("firm-returns", "client_return", holder=FOUND)
    _give_back(river, "firm-given-2", "firm-apart-2", 88 * YUAN)


def claimed(river: Desk, _: Desk) -> None:
    """Let the other owner come as well: the authority gives his money back."""
    river.receive("firm-from-authority", 88 * YUAN)
    _hand_over(river, "firm-from-authority", "from_authority")
    _give_back(river, "firm-given-1", "firm-apart-1", 80 * YUAN)


def _hand_over(river: Desk, name: str, direction: str) -> None:
    river.two(
        name, "unclaimed_handover", unclaimed="firm-apart-1", holder=LOST, bank_account=river.bank_account,
        direction=direction, instrument="act", receipt="receipt", amount_minor=88 * YUAN,
    )  # fmt: skip


def _give_back(river: Desk, name: str, unclaimed: str, amount_minor: int) -> None:
    river.two(name, "unclaimed_return", unclaimed=unclaimed, amount_minor=amount_minor, document="passport")


CHAPTER = Chapter(
    title=("the firm", "存管人自有资金"),
    says=(
        "bank charges of 60.00 made good; a buffer in and out; a deposit of 50.00 taken back after it was used: 30.00 repaid, "
        "5.00 recovered, 15.00 borne; two lost clients found",
        "银行扣费60.00元已补足；审慎补足款转入并退回；已用充值50.00元被拒付：客户偿还30.00元、追回5.00元、存管人承担15.00元；两名久悬客户返还",
    ),
    acts=((7, loses), (7, interest), (7, channel_says), (8, channel_pays), (9, debt), (9, dormant), (10, claimed)),
    checks=(
        balance(1, DEBTOR, "1040", 0),
        balance(1, FIRST, "2010", 10_533),
        balance(1, FOUND, "2010", 88 * YUAN),
        balance(1, LOST, "2310", 8 * YUAN),
        state("shortfall", 1, "firm-loss-1", "made_good"),
        state("shortfall", 1, NET, "made_good"),
        state("client_debt", 1, "firm-taken-back-4", "borne"),
        state("pool", 1, "main", "open"),
    ),
)
