"""Retention (资料保存期限): how long each table is kept, counted from when, and by which rule.

When    `cunguan retention due` asks what a day lets go; nothing is purged here
Shape   Class: years from a start, its tables, the sentence it answers, whether its clause was read (is_confirmed) or is only
        known of [K]. Every table of the schema stands in one class; FOR_EVER has those without which nothing can be proved,
        DOORS the doors' own
        of instructions, authorities and moves those count that posted; what they opened keeps the others (a mandate, an account)
Not     a day on which something must be deleted: it may go then, and amounts of the ledger stay even after (invariant 40)
Source  domain-decisions.md 35; domain.md UK10; invariant 40
"""

from datetime import date
from typing import Final

import msgspec

from cunguan.kernel.dates import add_months

#: from when a class counts
LOAN_END, BUSINESS_DATE, ACCOUNT_END, FILE_DATE = "loan_end", "business_date", "account_end", "file_date"


class Class(msgspec.Struct, frozen=True):
    """One class of records."""

    name: str
    title: str
    years: int
    starts: str
    tables: tuple[str, ...]
    source: str
    is_confirmed: bool


CLASSES: Final = (
    Class(
        "loan", "records of a loan 借贷合同资料", 5, LOAN_END,
        ("listing", "plan_row", "claim", "claim_sale", "hold", "guarantee", "trustee_payee", "run", "run_item"),
        "五年，自借贷合同到期起: 网络借贷信息中介机构业务活动管理暂行办法 (2016) 第二十三条 [K]; 商业银行: domain-decisions.md 35",
        False,
    ),
    Class(
        "transaction", "records of transactions 交易记录", 10, BUSINESS_DATE,
        ("instruction", "instruction_key", "authority", "claim_move", "state_move", "deposit", "withdrawal", "payout",
         "suspense_item", "adjustment", "client_debt", "unclaimed", "shortfall", "outbox", "hold_clearance",
         "fee_charge", "check_file", "check_upload", "check_break", "check_confirm"),
        "十年，自交易结束起: 反洗钱法 (2024年修订, 2025-01-01起施行) 客户身份资料和交易记录的保存 [K]",
        False,
    ),
    Class(
        "bank_file", "what banks sent and were sent 银行文件", 10, FILE_DATE,
        ("bank_file", "bank_file_part", "bank_file_again", "bank_order", "bank_statement", "bank_line", "bank_entry",
         "bank_bad_line", "bank_settlement", "bank_settlement_order", "bank_status"),
        "十年，自交易结束起: 反洗钱法 (2024年修订, 2025-01-01起施行) 客户身份资料和交易记录的保存 [K]; 以文件收发之日起算",
        False,
    ),
    Class(
        "identity", "records of who a client is 客户身份资料", 10, ACCOUNT_END,
        ("holder_account", "client_key", "client_limit", "card", "mandate", "fee_consent", "authorisation", "person", "person_link",
         "person_here", "payee_detail", "person_detail", "person_document", "person_document_part", "person_payee",
         "related_party", "legal_order", "order_share", "order_here", "legal_freeze", "lock_order", "exposure", "reservation",
         "further_account"),
        "十年，自业务关系结束起: 反洗钱法 (2024年修订, 2025-01-01起施行) 客户身份资料和交易记录的保存 [K]",
        False,
    ),
    Class(
        "books", "vouchers and books of account 会计凭证、会计账簿", 30, BUSINESS_DATE,
        ("journal", "posting", "batch", "certificate", "imported_balance"),
        "三十年，自会计年度终了后第一天起: 会计档案管理办法 (财政部令第79号, 2015) 附表一 [K]",
        False,
    ),
)  # fmt: skip

#: what the books cannot be proved without, or holds no client's data: never due
FOR_EVER: Final = frozenset({
    "account", "balance", "bank_account", "clearing", "daily_total", "epoch", "fee_schedule", "lane", "lane_day",
    "bid_stop", "lane_number", "lanmao_profile", "lanmao_request", "lane_schema", "lease", "partner", "payee", "payment_release",
    "platform", "pool", "salt_key", "schema_step", "recon_run", "recon_account", "recon_break", "break_move",
    "safeguarding_breach", "safeguarding_means", "safeguarding_notice", "safeguarding_regime", "safeguarding_run", "safeguarding_sign_off",
    "safeguarding_statement",
    "outgoing_stop", "pool_papers",
    "sealing_key", "key_destruction", "log_account", "log_act", "log_act_head", "log_anchor", "log_before_pay",
    "log_checkpoint", "log_chunk", "log_lane", "log_origin", "log_release", "log_wait", "person_move", "person_access",
    "liability_key", "liability_key_end", "liability_snapshot", "liability_attestation", "liability_export",
    "account_statement", "account_statement_run", "console_search", "console_export", "console_quarantine",
})  # fmt: skip

#: the doors' own: no record of money or of a client, and taken away by the door itself when it is of no more use
DOORS: Final = frozenset({
    "bank_file_seen", "console_day", "console_mark", "door_key", "door_nonce", "door_profile", "subject_key",
    "webhook_attempt", "webhook_cursor", "webhook_delivery", "webhook_endpoint", "webhook_replay", "webhook_secret",
})  # fmt: skip


def cutoff(of: Class, day: date) -> date:
    """Return the last start whose period is over on a day: a record that began to count then is kept no longer.

    Books of account count from the first day after the year they are of.

    >>> cutoff(CLASSES[0], date(2026, 3, 2)), cutoff(CLASSES[-1], date(2056, 1, 1)), cutoff(CLASSES[-1], date(2055, 12, 31))
    (datetime.date(2021, 3, 1), datetime.date(2025, 12, 31), datetime.date(2024, 12, 31))
    """
    begins = add_months(day, -12 * of.years)
    if of.name == "books":
        return date(begins.year - 1, 12, 31)
    return date.fromordinal(begins.toordinal() - 1)


def class_of(table: str) -> Class | None:
    """Return the class of a table; None when it is kept for ever."""
    return next((of for of in CLASSES if table in of.tables), None)
