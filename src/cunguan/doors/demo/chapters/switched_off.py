"""Switched off (禁止业务): what no platform under these rules may do; it is asked for, and refused by code.

When    day 11
Source  domain.md (c.4) C21-C26; tests/scenarios/off_by_default.txt
"""

from cunguan.doors.demo.chapters.chapter import Chapter, Check, Desk
from cunguan.doors.demo.market import YUAN
from cunguan.kernel.codes import Code

CLIENT = "own-client"
OFF = (
    ("auto_recharge", {"holder": CLIENT, "channel": "quickpay", "amount_minor": YUAN, "mandate": "none"}),
    ("auto_withdrawal", {"holder": CLIENT, "card": "none", "amount_minor": YUAN, "mandate": "none"}),
    ("interest_repayment", {"pool": "main", "holder": CLIENT, "amount_minor": YUAN}),
    ("interest_top_up", {"pool": "main", "holder": CLIENT, "amount_minor": YUAN, "reference": "promise"}),
    ("plan_hold", {"lender": CLIENT, "plan": "none", "amount_minor": YUAN, "mandate": "none"}),
    ("platform_compensation", {"pool": "main", "listing": "none", "amount_minor": YUAN}),
    ("profit_sharing", {"pool": "main", "partner": "none", "amount_minor": YUAN}),
)


def ask(river: Desk, _: Desk) -> None:
    """Ask for each of them once."""
    for kind, body in OFF:
        river.refused(Code.instruction_switched_off, f"off:{kind}", kind, **body)


CHAPTER = Chapter(
    title=("switched off", "禁止业务"),
    says=(
        "a platform that compensates, tops returns up, or moves clients' money by itself: each of seven kinds was refused",
        "平台自行代偿、派息或自动划转客户资金等七类指令：逐一请求，逐一拒绝",
    ),
    acts=((11, ask),),
    checks=(
        Check(
            f"SELECT count(*) FROM instruction WHERE lane = 1 AND id LIKE 'off:%' "
            f"AND code = {int(Code.instruction_switched_off)}",
            str(len(OFF)),
        ),
    ),
)
