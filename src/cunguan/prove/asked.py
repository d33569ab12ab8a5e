"""Asked (所请): what each kind of instruction asks for, field by field, in tables of the checker's own.

Shape   TEXTS: which confirmation a kind needs and from which fields of its body the confirmed text is made
        MOVES: which fields of a body are the amounts of which postings
        ROWS: which rows an instruction writes with fields that never change, and from which fields of its body
Source  domain.md (c); domain-decisions.md 8-16. A new operation adds its lines here, or the proof says so
"""

from typing import Any

import msgspec

Body = dict[str, Any]


class Text(msgspec.Struct, frozen=True):
    """How a confirmed text is made of a body: names of fields; `kind`, `type` and `payee` may be made of several.

    mandate  the field that names a standing authority; when it is not empty no text is confirmed
    unless   field and value of the body with which nobody need answer for anything
    """

    kind: str
    type: str
    owner: str
    amount: tuple[str, ...] = ()
    payee: str = ""
    listing: str = ""
    until: str = ""
    mandate: str = ""
    unless: tuple[str, Any] | None = None


TEXTS: dict[str, Text] = {
    # kind                        kind  type                            owner       amount
    "bid_hold":             Text("P", "bid",                            "lender",   ("amount_minor",),
                                 payee="{listing}", listing="{listing}", mandate="mandate"),
    "bid_cancel":           Text("P", "bid_cancel",                     "lender",   ("amount_minor",),
                                 payee="{lender}"),
    "account_closing":      Text("P", "account_closing",                "holder",   payee="{holder}"),
    "account_closing_withdrawn": Text("P", "account_closing_withdrawn", "holder",   payee="{holder}"),
    "card_binding":         Text("P", "card_binding",                   "holder",   payee="{payee_hash}"),
    "card_unbind":          Text("P", "card_unbind",                    "holder",   payee="{card}"),
    "client_return":        Text("P", "client_return",                  "holder",   payee="{holder}"),
    "fee_consent":          Text("F", "fee_consent",                    "holder",   payee="{schedule}:{version}"),
    "general_hold":         Text("{authority}", "general_hold",         "holder",   ("amount_minor",),
                                 payee="{instrument}", until="{until}"),
    "legal_order_here":     Text("L", "legal_order",                    "person",   ("amount_minor",),
                                 payee="{instrument}"),
    "claim_purchase":       Text("P", "claim_purchase",                 "buyer",    ("price_minor",),
                                 payee="{sale}:{share_minor}:{accrued_minor}"),
    "claim_sale":           Text("P", "claim_sale",                     "seller",   ("floor_minor",),
                                 payee="{claim}:{share_minor}:{accrued}", until="{until}"),
    "claim_sale_cancel":    Text("P", "claim_sale_cancel",              "seller",   payee="{sale}"),
    "compensation":         Text("P", "compensation",                   "guarantor",
                                 ("principal_minor", "interest_minor", "late_minor"),
                                 payee="{listing}", listing="{listing}"),
    "guarantee":            Text("P", "guarantee",                      "guarantor", payee="{listing}",
                                 listing="{listing}"),
    "guarantor_repayment":  Text("P", "guarantor_repayment",            "borrower",
                                 ("principal_minor", "interest_minor", "late_minor"),
                                 payee="{listing}", listing="{listing}", mandate="mandate"),
    "legal_taking":         Text("L", "legal_taking",                   "holder",   ("amount_minor",),
                                 payee="{payee_hash}"),
    "listing_registration": Text("P", "listing_registration",           "borrower", ("amount_minor",),
                                 payee="{borrower}", listing="{listing}"),
    "mandate_grant":        Text("A", "{type}",                         "holder",   ("cap_minor",),
                                 listing="{listing}", until="{until}"),
    "client_limit":         Text("P", "client_limit",                   "holder",   ("day_minor",),
                                 payee="each:{each_minor}"),
    "key_addition":         Text("P", "key_addition",                   "holder",
                                 payee="{evidence_kind}:{public_key}"),
    "key_removal":          Text("P", "key_removal",                    "holder",   payee="{key_id}"),
    "mandate_revoke":       Text("P", "mandate_revoke",                 "holder",   payee="{mandate}"),
    "repayment":            Text("P", "repayment",                      "borrower",
                                 ("principal_minor", "interest_minor", "late_minor"),
                                 payee="{listing}", listing="{listing}", mandate="mandate"),
    "fee_charge":           Text("P", "fee_charge",                     "holder",   ("fee_minor",),
                                 payee="{fee_schedule}:{fee_item}", mandate="agreed"),
    "fee_payout":           Text("M", "fee_payout",                     "pool",     ("amount_minor",),
                                 payee="{payee_hash}"),
    "succession_transfer":  Text("L", "succession",                     "holder",   ("amount_minor",), payee="{heir}"),
    "partner_payout":       Text("M", "partner_payout",                 "partner",  ("amount_minor",),
                                 payee="{payee_hash}"),
    "suspense_return":      Text("M", "suspense_return",                "item",     ("amount_minor",),
                                 payee="{payee_hash}"),
    "trustee_payee":        Text("P", "trustee_payee",                  "borrower", ("amount_minor",),
                                 payee="{trustee}", listing="{listing}"),
    "trustee_payee_revoke": Text("P", "trustee_payee_revoke",           "borrower", payee="{payee}"),
    "unused_money_back":    Text("M", "unused_money_back",              "pool",     ("amount_minor",),
                                 payee="{payee_hash}"),
    "withdrawal":           Text("P", "withdrawal",                     "holder",   ("amount_minor",),
                                 payee="{payee_hash}", mandate="mandate"),
    "withdrawal_cancel":    Text("P", "withdrawal_cancel",              "holder",   ("amount_minor",),
                                 payee="{withdrawal}"),
    "client_debt_repayment": Text("P", "debt_repayment",                "holder",   ("amount_minor",), payee="{debt}"),
    "import_confirmation":  Text("P", "import_confirmation",            "holder",   ("amount_minor",),
                                 payee="{certificate}"),
    # by two names of the custodian
    "adjustment":           Text("M", "adjustment",                     "holder",   ("client_minor",), payee="{of}"),
    "charge_back":          Text("M", "charge_back",                    "holder",   ("client_minor",),
                                 payee="{credited_by}", unless=("client_minor", 0)),
    "dormancy":             Text("L", "dormancy",                       "holder",   ("amount_minor",),
                                 payee="{instrument}"),
    "prudent_top_up_back":  Text("M", "prudent_top_up_back",            "pool",     ("amount_minor",),
                                 payee="{payee_hash}"),
    "unclaimed_handover":   Text("L", "unclaimed_handover",             "holder",   ("amount_minor",),
                                 payee="{instrument}", unless=("direction", "from_authority")),
}  # fmt: skip


class Moved(msgspec.Struct, frozen=True):
    """The postings from some accounts to others sum to the fields; `owner` names whose accounts they are.

    when  field and value of the body without which the line does not apply
    """

    debit: frozenset[str]
    credit: frozenset[str]
    amount: tuple[str, ...]
    owner: str = ""
    when: tuple[str, Any] | None = None


def _moved(debit: str, credit: str, *amount: str, owner: str = "", when: tuple[str, Any] | None = None) -> Moved:
    return Moved(frozenset(debit.split()), frozenset(credit.split()), amount, owner, when)


MOVES: dict[str, tuple[Moved, ...]] = {
    "interest_top_up":     (_moved("2130", "2010", "amount_minor", owner="holder"),),
    "succession_transfer": (_moved("2010", "2010", "amount_minor", owner="holder"),),
    "bid_hold":           (_moved("2010", "2020", "amount_minor", owner="lender"),
                           _moved("2120", "2125", "marketing_minor")),
    "bid_cancel":         (_moved("2020", "2010", "amount_minor", owner="lender"),),
    "claim_purchase":     (_moved("2010", "2020", "price_minor", owner="buyer"),
                           _moved("2020", "2010", "price_minor", owner="buyer")),
    "compensation":       (_moved("2010", "2010 2020", "principal_minor", "interest_minor", "late_minor",
                                  owner="guarantor"),),
    "deposit_notice":     (_moved("1020", "2015", "amount_minor", owner="holder"),),
    "deposit_settlement": (_moved("2015 1010", "2010 2210", "amount_minor", when=("outcome", "settled")),
                           _moved("2015", "1020", "amount_minor", when=("outcome", "failed"))),
    "deposit_direct":     (_moved("1010", "2010 2210 2220", "amount_minor"),),
    "break_parking":      (_moved("1010", "2230", "amount_minor"),),
    "fee_charge":         (_moved("2010", "2110", "fee_minor", owner="holder"),),
    "fee_refund":         (_moved("2110 1030", "2010 2220", "amount_minor"),),
    "partner_payout":     (_moved("2160", "2155", "amount_minor", owner="partner"),),
    "partner_share":      (_moved("2110", "2160", "amount_minor", owner="partner"),),
    "platform_transfer":  (_moved("2150", "2120 2130", "amount_minor"),),
    "red_packet":         (_moved("2120", "2010", "amount_minor", owner="holder"),),
    "unused_money_back":  (_moved("2120 2130 2150", "2155", "amount_minor"),),
    "fee_payout":         (_moved("2110", "2155", "amount_minor"),),
    "payout_result":      (_moved("2155 2030 2210 2220 2230 3010", "1010", "amount_minor",
                                  when=("status", "settled")),),
    "payout_returned":    (_moved("1010", "2110 2120 2130 2150 2160 2220 3010", "amount_minor"),),
    "suspense_allocation": (_moved("2210 2220 2230", "2010", "amount_minor", owner="holder"),),
    "unidentified_receipt": (_moved("1010", "2210", "amount_minor"),),
    "general_hold":       (_moved("2010", "2020", "amount_minor", owner="holder"),),
    "legal_taking":       (_moved("2040", "2030", "amount_minor", owner="holder"),),
    "general_hold_release": (_moved("2020", "2010", "amount_minor"),),
    "guarantor_repayment": (_moved("2010", "2010", "principal_minor", "interest_minor", "late_minor",
                                   owner="borrower"),),
    "platform_money_in":  (_moved("1010", "2120 2130 2150", "amount_minor"),),
    "repayment":          (_moved("2010", "2020", "principal_minor", "interest_minor", "late_minor",
                                  owner="borrower"),),
    "withdrawal":         (_moved("2010", "2030", "amount_minor", owner="holder"),),
    "withdrawal_result":  (_moved("2030", "1010", "amount_minor", when=("status", "settled")),
                           _moved("2030", "2010", "amount_minor", when=("status", "rejected"))),
    "withdrawal_cancel":  (_moved("2030", "2010", "amount_minor", owner="holder"),),
    "withdrawal_return":  (_moved("1010", "2220", "amount_minor"),),
    "adjustment":         (_moved("2010", "1010 2210", "client_minor", owner="holder"),
                           _moved("1030", "1010 2210", "firm_minor")),
    "channel_net_settlement": (_moved("1010", "1020", "net_minor"),
                           _moved("1030", "1020", "fee_minor"),
                           _moved("2015", "2010", "net_minor", "fee_minor")),
    "charge_back":        (_moved("1040 2010", "1010", "amount_minor", owner="holder"),
                           _moved("2010", "1010", "client_minor", owner="holder")),
    "client_debt_recovery":  (_moved("1010", "1040", "amount_minor"),),
    "client_debt_repayment": (_moved("2010", "1040", "amount_minor", owner="holder"),),
    "dormancy":           (_moved("2010", "2310", "amount_minor", owner="holder"),),
    "opening_import":     (_moved("1010", "2010", "total_minor"),),
    "pool_interest":      (_moved("1010", "2240", "amount_minor"),),
    "pool_interest_share": (_moved("2240", "2010 1010", "amount_minor"),),
    "pool_loss":          (_moved("1030", "1010", "amount_minor", owner="pool"),),
    "pool_top_up":        (_moved("1010 3010", "1030 3010", "amount_minor"),),
    "prudent_top_up":     (_moved("1010", "3010", "amount_minor", owner="pool"),),
    "prudent_top_up_back": (_moved("3010", "2155", "amount_minor"),),
    "unclaimed_handover": (_moved("2310", "1010", "amount_minor", owner="holder", when=("direction", "to_authority")),
                           _moved("1010", "2310", "amount_minor", owner="holder", when=("direction", "from_authority"))),
    "unclaimed_return":   (_moved("2310", "2010", "amount_minor"),),
}  # fmt: skip


class Written(msgspec.Struct, frozen=True):
    """A row of a table: its id, made of the body (or `instruction`), and column -> field of the body."""

    table: str
    id: str
    columns: dict[str, str]


#: columns that a later schema step added to a table that stood: rows of before have their default, and nothing says more
ADDED = {("hold", "mandate"): 2, ("withdrawal", "mandate"): 2}


def _written(table: str, row_id: str, same: str, **other: str) -> Written:
    return Written(table, row_id, {**{name: name for name in same.split()}, **other})


ROWS: dict[str, tuple[Written, ...]] = {
    "account_opening":      (_written("holder_account", "{holder}", "person pool role kind method source"),
                             _written("client_key", "{key_id}", "holder evidence_kind public_key")),
    "break_parking":        (_written("suspense_item", "{instruction}", "bank_account amount_minor reference payee_hash "
                                      "break_id"),),
    "fee_charge":           (_written("fee_charge", "{instruction}", "holder fee_minor"),),
    "partner_payout":       (_written("payout", "{instruction}", "bank_account amount_minor payee_hash"),),
    "partner_registration": (_written("partner", "{partner}", "pool kind"),),
    "unused_money_back":    (_written("payout", "{instruction}", "pool bank_account amount_minor payee_hash"),),
    "fee_payout":           (_written("payout", "{instruction}", "pool bank_account amount_minor payee_hash"),),
    "payee_binding":        (_written("payee", "{instruction}", "owner payee_hash"),),
    "suspense_return":      (_written("payout", "{instruction}", "bank_account amount_minor payee_hash",
                                      subject="item"),),
    "unidentified_receipt": (_written("suspense_item", "{instruction}", "bank_account amount_minor reference "
                                      "payee_hash"),),
    "bid_hold":             (_written("hold", "{instruction}", "listing amount_minor mandate", owner="lender"),),
    "card_binding":         (_written("card", "{card}", "holder payee_hash"),),
    "claim_purchase":       (_written("claim", "{instruction}", "", holder="buyer"),),
    "claim_sale":           (_written("claim_sale", "{instruction}", "claim seller share_minor floor_minor accrued until"),),
    "deposit_direct":       (_written("deposit", "{instruction}", "amount_minor"),),
    "deposit_notice":       (_written("deposit", "{instruction}", "holder channel amount_minor"),),
    "fee_schedule":         (_written("fee_schedule", "{schedule}:{version}", "schedule version items"),),
    "key_addition":         (_written("client_key", "{key_id}", "holder evidence_kind public_key"),),
    "key_replacement":      (_written("client_key", "{key_id}", "holder evidence_kind public_key"),),
    "general_hold":         (_written("hold", "{instruction}", "amount_minor", owner="holder", release_by="until"),),
    "legal_order":          (_written("legal_order", "{instruction}",
                                      "person issuer instrument currency amount_minor maker checker"),),
    "legal_order_here":     (_written("order_here", "{order}", "person currency rank"),),
    "guarantee":            (_written("guarantee", "{instruction}", "listing guarantor"),),
    "legal_taking":         (_written("payout", "{instruction}", "amount_minor payee_hash bank_account", owner="holder"),),
    "listing_registration": (_written("listing", "{listing}", "pool borrower amount_minor rate_e6 rule months "
                                      "raise_until grace_days late_rate_e6 early fee_schedule fee_item recorded"),),
    "mandate_grant":        (_written("mandate", "{instruction}", "holder type cap_minor until listing"),),
    "person_registration":  (_written("person", "{person}", "kind method source"),),
    "withdrawal":           (_written("withdrawal", "{instruction}", "holder card bank_account amount_minor mandate"),),
    "adjustment_request":   (_written("adjustment", "{instruction}", "of line holder amount_minor reason asked_by"),),
    "dormancy":             (_written("unclaimed", "{instruction}", "holder amount_minor since_date"),),
    "opening_import":       (_written("certificate", "{certificate}", "pool document_hash total_minor"),),
    "prudent_top_up_back":  (_written("payout", "{instruction}", "pool bank_account amount_minor payee_hash"),),
    "pool_loss":            (_written("shortfall", "{instruction}", "pool amount_minor cause reason"),),
    "trustee_payee":        (_written("trustee_payee", "{instruction}", "listing borrower trustee amount_minor"),),
}  # fmt: skip


def filled(pattern: str, body: Body, instruction: str = "") -> str:
    """Return a pattern with the fields of a body in it.

    >>> filled("{schedule}:{version}", {"schedule": "fees", "version": 2})
    'fees:2'
    """
    if pattern == "{instruction}":
        return instruction
    return pattern.format(**body, instruction=instruction) if "{" in pattern else pattern


def total(names: tuple[str, ...], body: Body) -> int:
    """Return the sum of some fields of a body."""
    return sum(body[name] for name in names)
