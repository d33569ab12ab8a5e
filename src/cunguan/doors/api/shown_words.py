"""Words of the client's page (确认页用语): what each instruction means for the client, and what its fields are called.

Shape   English first, Chinese second. A new kind that a client confirms gets a line in TITLES and MEANS, a new field one in
        FIELDS: a test holds both against the catalogue
"""

from typing import Final

from cunguan.doors.catalogue.traditional import traditional

#: the languages of the page, in the order of every pair here
LANGUAGES: Final = ("en", "zh")

Pair = tuple[str, str]

TITLES: Final[dict[str, Pair]] = {
    "account_opening":           ("Open an account",                         "开立账户"),
    "account_closing":           ("Close your account",                      "申请销户"),
    "account_closing_withdrawn": ("Keep your account open after all",        "撤回销户申请"),
    "bid_cancel":                ("Take back a bid",                         "撤回投标"),
    "bid_hold":                  ("Bid for a listing",                       "投标"),
    "card_binding":              ("Bind a bank card",                        "绑定银行卡"),
    "card_unbind":               ("Unbind a bank card",                      "解绑银行卡"),
    "claim_purchase":            ("Buy a claim",                             "认购债权"),
    "claim_sale":                ("Offer a claim for sale",                  "出让债权"),
    "claim_sale_cancel":         ("Take a claim off sale",                   "撤销债权出让"),
    "client_debt_repayment":     ("Pay what you owe the custodian",          "偿还欠款"),
    "client_return":             ("Use your dormant account again",          "恢复使用久悬账户"),
    "client_limit":              ("Change your limits",                      "调整提现限额"),
    "compensation":              ("Pay for a borrower as his guarantor",     "代偿"),
    "fee_charge":                ("Pay a fee",                               "支付费用"),
    "fee_consent":               ("Agree to a fee schedule",                 "确认收费标准"),
    "general_hold":              ("Set money aside",                         "冻结资金"),
    "guarantee":                 ("Give a guarantee",                        "提供担保"),
    "guarantor_repayment":       ("Pay your guarantor back",                 "偿还代偿款"),
    "import_confirmation":       ("Confirm the balance taken over",          "确认转入余额"),
    "key_addition":              ("Add a key of yours",                      "增加密钥"),
    "key_removal":               ("Remove a key of yours",                   "移除密钥"),
    "listing_registration":      ("Ask for a loan",                          "申请借款并登记标的"),
    "mandate_grant":             ("Give a standing authority",               "授予长期授权"),
    "mandate_revoke":            ("Take back a standing authority",          "撤销长期授权"),
    "repayment":                 ("Repay your loan",                         "还款"),
    "trustee_payee":             ("Let part of your loan go to a third party", "受托支付"),
    "trustee_payee_revoke":      ("Take back a third payee",                 "撤销受托支付"),
    "withdrawal":                ("Withdraw money",                          "提现"),
    "withdrawal_cancel":         ("Take back a withdrawal",                  "撤销提现"),
}  # fmt: skip

MEANS: Final[dict[str, Pair]] = {
    "account_opening": (
        "The custodian opens an account for you and keeps your money apart from the platform's. The platform cannot move it without you.",
        "存管人为您开立账户，您的资金与平台资金分开存放。未经您本人同意，平台无法动用。",
    ),
    "account_closing": (
        "Your account is closed once nothing is left in it. You cannot use it meanwhile.",
        "账户结清后销户，其间不能使用。",
    ),
    "account_closing_withdrawn": ("Your account stays open.", "账户继续保留。"),
    "bid_cancel": (
        "The bid, or this part of it, ends. The money is available to you again.",
        "该笔投标（或其中这部分）结束，资金恢复为可用余额。",
    ),
    "bid_hold": (
        "The amount is set aside for this listing alone. If it is lent, it goes to the borrower and you may lose it; if not, "
        "it is available to you again.",
        "该金额仅为此标的冻结。放款后资金付给借款人，您可能遭受损失；未放款则恢复为可用余额。",
    ),
    "card_binding": (
        "Your withdrawals go to this card in your own name and nowhere else. For a time after a change nothing can be withdrawn.",
        "您的提现只会付到您本人名下的这张卡。换绑后一段时间内不能提现。",
    ),
    "card_unbind": ("Nothing can be withdrawn until you bind another card.", "绑定新卡之前不能提现。"),
    "claim_purchase": (
        "You pay the price to the seller, and the borrower owes you this share from now on. You may lose the money.",
        "您向出让人支付价款，此后借款人向您偿还该份额。您可能遭受损失。",
    ),
    "claim_sale": (
        "Others may buy this share, at your lowest price or above, until the last day. What is sold is no longer yours.",
        "截至最后一日，他人可按不低于底价的价格认购该份额，已售出的部分不再归您。",
    ),
    "claim_sale_cancel": ("Nobody can buy what is not sold yet.", "尚未售出的部分不再出让。"),
    "client_debt_repayment": ("The amount is taken from your available money.", "该金额从您的可用余额中扣除。"),
    "client_limit": (
        "What is lower counts at once. What is higher counts a day later, so that nobody who has your phone can do both at once.",
        "调低立即生效；调高须待24小时后生效，以防他人取得您的手机后立即转走资金。",
    ),
    "client_return": ("Your money is available to you again.", "您的资金恢复为可用余额。"),
    "compensation": (
        "You pay what the borrower owes now; he owes it to you instead.",
        "您代借款人偿还到期款项，此后借款人向您偿还。",
    ),
    "fee_charge": ("The fee is taken from your available money.", "费用从您的可用余额中扣除。"),
    "fee_consent": (
        "The platform may charge you these fees, up to these limits, and no others. A new version needs your word again.",
        "平台只能按以下项目和上限向您收费；标准变更须您再次确认。",
    ),
    "general_hold": (
        "The amount stays yours, and you cannot use it until it is released or the last day is over.",
        "该金额仍归您所有，解冻或到期之前不能使用。",
    ),
    "guarantee": (
        "If the borrower does not pay, you may be called upon to pay for him.",
        "借款人未还款时，您可能须代为偿还。",
    ),
    "guarantor_repayment": ("The amount goes to the guarantor who paid for you.", "该金额付给已为您代偿的担保人。"),
    "import_confirmation": ("This is what you had with the custodian before.", "这是您在原存管人处的余额。"),
    "key_addition": (
        "Whoever has this key can confirm in your name from now on. Add only a key on a device of your own.",
        "此后持有该密钥即可代表您确认。请只添加您本人设备上的密钥。",
    ),
    "key_removal": ("This key confirms nothing more.", "该密钥不再能确认任何业务。"),
    "listing_registration": (
        "Lenders are asked for this loan. When it is paid out you owe it with interest, as the terms say.",
        "平台将按上述条件为您募集借款，放款后您须按约还本付息。",
    ),
    "mandate_grant": (
        "The platform may do this in your name without asking you each time, up to the limit and until the last day. You can "
        "take it back at any time.",
        "在额度和期限内，平台可以不经逐笔确认代您办理。您可以随时撤销。",
    ),
    "mandate_revoke": (
        "The platform can no longer act under it. What was done stays.",
        "平台不能再依此授权办理，已办理的不受影响。",
    ),
    "repayment": ("The amount goes to those who lent you the money.", "该金额付给出借人。"),
    "trustee_payee": (
        "When the loan is paid out, this amount goes to the third party and not to you; you owe it all the same.",
        "放款时该金额直接付给受托收款人，您仍须偿还。",
    ),
    "trustee_payee_revoke": ("The loan goes to you alone.", "借款全部付给您本人。"),
    "withdrawal": (
        "The amount is paid to your own bound card. Once the bank has it, it cannot be taken back.",
        "该金额付到您本人绑定的银行卡，银行受理后不能撤回。",
    ),
    "withdrawal_cancel": (
        "If the bank has not got it yet, the money is available to you again.",
        "银行尚未受理时，资金恢复为可用余额。",
    ),
}  # fmt: skip

FIELDS: Final[dict[str, Pair]] = {
    "accrued":         ("accrued interest",              "应计利息归属"),
    "accrued_minor":   ("of this accrued interest",      "其中应计利息"),
    "agreed":          ("by the agreed schedule",        "按已确认标准"),
    "amount_minor":    ("amount",                        "金额"),
    "authority":       ("on whose word",                 "依据"),
    "bank_account":    ("paid from the custody account", "付款存管账户"),
    "base_minor":      ("charged on",                    "计费基数"),
    "borrower":        ("borrower's account",            "借款人账户"),
    "buyer":           ("your account",                  "您的账户"),
    "cap_minor":       ("limit in all",                  "累计额度"),
    "card":            ("bank card",                     "银行卡"),
    "certificate":     ("certificate",                   "余额证明"),
    "checker":         ("checked by",                    "复核"),
    "claim":           ("claim",                         "债权"),
    "currency":        ("currency",                      "币种"),
    "debt":            ("debt",                          "欠款"),
    "day_minor":       ("limit of a day",                "单日限额"),
    "early":           ("early repayment allowed",       "可提前还款"),
    "each_minor":      ("limit of one withdrawal",       "单笔限额"),
    "evidence_kind":   ("kind of key",                   "密钥类型"),
    "fee":             ("fee, at most",                  "费用（最高）"),
    "fee_item":        ("fee item",                      "收费项目"),
    "fee_minor":       ("fee",                           "费用"),
    "fee_schedule":    ("fee schedule",                  "收费标准"),
    "floor_minor":     ("lowest price of it all",        "底价"),
    "grace_days":      ("days of grace",                 "宽限天数"),
    "guarantor":       ("guarantor's account",           "担保人账户"),
    "hold":            ("bid",                           "投标"),
    "holder":          ("your account",                  "您的账户"),
    "indirect":        ("by way of the borrower's account", "经借款人账户"),
    "instrument":      ("document",                      "文书"),
    "interest_minor":  ("of this interest",              "其中利息"),
    "kind":            ("person or company",             "主体类型"),
    "key_id":          ("key",                           "密钥编号"),
    "late_minor":      ("of this late charge",           "其中罚息"),
    "late_rate_e6":    ("late charge a year",            "罚息年利率"),
    "lender":          ("your account",                  "您的账户"),
    "listing":         ("listing",                       "标的"),
    "maker":           ("entered by",                    "经办"),
    "mandate":         ("standing authority",            "长期授权"),
    "marketing_minor": ("red packet of the platform",    "平台红包"),
    "months":          ("months",                        "期限（月）"),
    "opens":           ("bids are taken at once",        "立即募集"),
    "pack":            ("rules",                         "适用规则"),
    "payee":           ("third payee",                   "受托收款人"),
    "payee_hash":      ("payee's fingerprint",           "收款账户指纹"),
    "person":          ("client",                        "客户"),
    "plan_row":        ("row of the plan",               "还款期"),
    "pool":            ("pool",                          "存管专户"),
    "price_minor":     ("price in all",                  "总价"),
    "principal_minor": ("of this principal",             "其中本金"),
    "public_key":      ("fingerprint of the key",        "密钥指纹"),
    "raise_until":     ("last day of the raise",         "募集截止日"),
    "rate_e6":         ("interest a year",               "年利率"),
    "reason":          ("reason",                        "原因"),
    "recorded":        ("repayment plan",                "还款计划"),
    "role":            ("as",                            "角色"),
    "rule":            ("repayment by",                  "还款方式"),
    "sale":            ("offer",                         "出让"),
    "schedule":        ("fee schedule",                  "收费标准"),
    "seller":          ("your account",                  "您的账户"),
    "share_minor":     ("share",                         "份额"),
    "trustee":         ("third payee's account",         "受托收款人账户"),
    "type":            ("for",                           "授权类型"),
    "until":           ("last day",                      "截止日"),
    "version":         ("version",                       "版本"),
    "withdrawal":      ("withdrawal",                    "提现"),
}  # fmt: skip

#: values that are words of the house
VALUES: Final[dict[str, Pair]] = {
    "bid":              ("bids",               "投标"),
    "borrower":         ("borrower",           "借款人"),
    "bullet":           ("principal at the end", "到期还本"),
    "company":          ("company",            "企业"),
    "equal_instalment": ("equal instalments",  "等额本息"),
    "equal_principal":  ("equal principal",    "等额本金"),
    "guarantor":        ("guarantor",          "担保人"),
    "lender":           ("lender",             "出借人"),
    "person":           ("person",             "个人"),
    "recorded":         ("the plan below",     "按还款计划"),
    "repayment":        ("repayments",         "还款"),
    "trustee":          ("trustee",            "受托收款人"),
    "withdrawal":       ("withdrawals",        "提现"),
    "otp_ed25519":      ("one-time code, for low amounts", "动态口令（限小额）"),
    "sandbox_ed25519":  ("test client's key", "测试客户密钥"),
    "webauthn_ed25519": ("passkey",            "通行密钥"),
    "webauthn_es256":   ("passkey",            "通行密钥"),
    "webauthn_rs256":   ("passkey",            "通行密钥"),
    "P":                ("your own",           "您本人"),
}  # fmt: skip

#: lines of fee schedules that every platform has; another line bears the name its platform gave it
ITEMS: Final[dict[str, Pair]] = {
    "platform_fee": ("service of the platform", "平台服务费"),
    "withdrawal_fee": ("withdrawal", "提现手续费"),
}

#: fields whose value is one of VALUES; the value of any other is a name that stands as it is
OF_VALUES: Final = frozenset({"authority", "evidence_kind", "kind", "role", "rule", "type"})

PAGE: Final[dict[str, Pair]] = {
    "asks":       ("asks you to confirm",                          "请您确认"),
    "custodian":  ("Custodian's confirmation page",                "存管人确认页面"),
    "payee":      ("paid to",                                      "收款人"),
    "until":      ("Answer until",                                 "请于此时间前答复"),
    "means":      ("What it means",                                "这意味着"),
    "confirm":    ("Confirm as the test client",                   "以测试客户身份确认"),
    "decline":    ("Decline",                                      "拒绝"),
    "sandbox":    ("Sandbox: no real money. Anybody who has this page can confirm.", "沙箱环境，无真实资金；任何打开本页的人都可以确认。"),
    "no_key":     (
        "You cannot confirm here yet: this custodian has no passkey of yours. You can decline.",
        "目前无法在此确认：存管人尚无您的通行密钥。您可以拒绝。",
    ),
    "check":      (
        "Confirm only what you asked for yourself. The custodian never asks for a password on another page.",
        "请只确认您本人发起的业务。存管人不会在其他页面索要密码。",
    ),
    "confirmed":  ("You have confirmed",                           "您已确认"),
    "declined":   ("You have declined: nothing is done",           "您已拒绝，未办理任何业务"),
    "expired":    ("It is too late: the request has expired",      "请求已过期"),
    "pending":    ("The custodian is at work on it",               "存管人正在处理"),
    "done":       ("It is done",                                   "办理完成"),
    "refused":    ("It could not be done",                         "未能办理"),
    "doubt":      ("The custodian looks at it by hand",            "存管人正在人工核查"),
    "back":       ("Back to the platform",                         "返回平台"),
    "none":       ("There is no such page. Ask the platform for a new one.", "页面不存在，请向平台重新获取。"),
    "foreign":    ("This form was not sent from this page. Open the page again.", "表单不是从本页提交的，请重新打开页面。"),
    "wrong":      ("The page could not be shown. Try again.",      "页面暂时无法显示，请重试。"),
    "reference":  ("reference",                                    "编号"),
    "portal":     ("Sign in at the custodian and confirm with your passkey", "登录存管人网站，用通行密钥确认"),
    "no_limit":   ("no limit",                                     "不限"),
    "yes":        ("yes",                                          "是"),
}  # fmt: skip


def of(pair: Pair, language: str) -> str:
    """Return the word of a language: of one of LANGUAGES, or of zh-hant."""
    return traditional(pair[1]) if language == "zh-hant" else pair[LANGUAGES.index(language)]
