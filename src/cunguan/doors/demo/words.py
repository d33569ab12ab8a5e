"""Words (词汇): the Chinese terms beside the names of accounts and events, as they stand in the printed books."""

from typing import Final

from cunguan.ledger.chart import CHART

ACCOUNTS: Final = {
    "1010": "存管专用账户",
    "1020": "应收渠道清算款",
    "1030": "应收自有补足款",
    "1040": "应收客户款",
    "2010": "可用余额",
    "2015": "未到账",
    "2020": "冻结余额",
    "2030": "提现在途",
    "2040": "司法冻结",
    "2110": "平台服务费",
    "2120": "平台营销款",
    "2125": "营销款冻结",
    "2130": "平台贴息款",
    "2150": "平台划转款",
    "2160": "合作方款",
    "2210": "待查款",
    "2220": "退汇待处理",
    "2230": "对账差错款",
    "2240": "账户利息",
    "2310": "无人认领款",
    "3010": "存管人自有款",
}

EVENTS: Final = {
    "bid_hold": "bid 投标",
    "bid_cancel": "bid cancelled 撤标",
    "raise_failure": "raise failed 流标",
    "disbursement": "disbursement 放款",
    "run_step": "step of a run",
    "repayment": "repayment 还款",
}

FEE: Final = "platform fee 服务费"


def account(code: str) -> str:
    """Return an account's number, name and Chinese term.

    >>> account("2010")
    '2010 available 可用余额'
    """
    return f"{code} {CHART[code].name} {ACCOUNTS.get(code, '')}".rstrip()


def is_debit_side(code: str) -> bool:
    """Test that an account stands on the debit side of a trial balance."""
    return CHART[code].side == "debit"
