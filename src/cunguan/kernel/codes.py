"""Result codes (返回码): every answer an instruction can get, in checking order.

Shape   name = number; numbers are append-only and stored, names are what callers read
Order   basic things first: the message, then who, then what, then authority, rules, money;
        each operation lists its own checking order with these names
Source  design/lanes.md "Formats that last"; domain.md (c); tests/golden/codes.json holds the numbers
"""

from enum import IntEnum, unique


@unique
class Code(IntEnum):
    """An answer. `done` posts; `in_doubt` is not a failure; every other code is a refusal that posts nothing."""

    done = 0
    in_doubt = 1  # the outcome is not known yet: ask again with the same id, never with another

    # not admitted: nothing is stored, the id stays free
    malformed = 10
    unknown_kind = 11
    unknown_lane = 12
    lane_busy = 13  # the queue is full: retry later with the same id
    lane_stopped = 14
    signature_invalid = 15
    timestamp_out_of_window = 16
    nonce_seen = 17
    batch_too_large = 18
    batch_differs = 19
    linked_item_failed = 20
    platform_unknown = 21
    scope_missing = 22
    instruction_too_large = 23
    network_not_allowed = 24
    mutual_tls_required = 25
    rate_limited = 26
    key_not_in_force = 27  # revoked, ended, or not begun
    database_unavailable = 28  # whether the nonce is used up is not known: sign again
    key_changing = 29  # the key or its profile was changed while the request was looked at

    # the id was used before, for something else
    exists_with_different_kind = 30
    exists_with_different_body = 31
    exists_with_different_amount = 32
    exists_with_different_holder = 33
    exists_with_different_listing = 34
    exists_with_different_field = 35
    barred = 36  # the id was barred by the custodian and can never be used

    # the message itself
    id_malformed = 50
    amount_not_positive = 51
    amount_too_large = 52
    currency_differs = 53
    date_in_the_past = 54
    date_malformed = 55
    value_date_closed = 56
    rate_malformed = 57
    schedule_malformed = 58
    details_missing = 59
    details_differ = 60
    reason_missing = 61
    source_not_allowed = 62  # evidence or outcome marked sandbox outside a sandbox
    two_names_required = 63
    same_person_twice = 64
    date_not_next = 65
    duplicate_detail = 66
    period_malformed = 67

    # the place
    lane_not_open = 80
    lane_exists = 81
    platform_not_found = 82
    platform_exists = 83
    platform_not_active = 84
    pool_not_found = 85
    pool_exists = 86
    pool_not_active = 87
    pool_differs = 88
    bank_account_not_found = 89
    bank_account_exists = 90
    pack_unknown = 91
    pool_cover_failed = 92
    pool_named_by_order = 93  # an order against the platform that names the pool (S-32)
    day_closed = 94
    instruction_switched_off = 95  # off by default in this pack, with the reason in the chart
    journal_not_found = 96  # no posting of that journal, or it is not committed yet
    certificate_exists = 97
    payment_held = 99  # of before a restore: it waits for the bank's word, or for two people's
    payment_not_held = 100
    pool_without_papers = 101  # no live contract with the platform, or no live letter of the bank: it takes no deposits

    # the persons and their accounts
    person_not_found = 110
    person_exists = 111
    person_locked = 112
    person_not_verified = 113
    account_not_found = 114
    account_exists = 115
    account_not_active = 116
    account_locked = 117
    account_closed = 118
    account_not_empty = 119
    account_role_differs = 120
    account_under_review = 121
    key_not_found = 122
    key_exists = 123
    card_not_found = 124
    card_exists = 125
    card_not_active = 126
    card_cooling = 127
    card_not_own = 128
    card_in_use = 129
    name_differs = 130
    age_too_low = 131
    screening_hit = 132
    related_party = 133
    guarantor_not_registered = 134
    platform_may_not_guarantee = 135
    lock_not_found = 136
    lock_not_in_force = 137
    partner_not_found = 146
    partner_exists = 147
    card_under_review = 138
    account_not_in_succession = 139
    heir_is_deceased = 140
    person_not_deceased = 141
    key_is_the_last = 142

    # the subject
    listing_not_found = 150
    listing_exists = 151
    listing_not_raising = 152
    listing_not_full = 153
    listing_not_disbursed = 154
    listing_disbursing = 155
    listing_differs = 156
    listing_remaining_exceeded = 157
    listing_has_captures = 158
    raise_ended = 159
    raise_not_ended = 160
    borrower_is_lender = 161
    borrower_differs = 162
    hold_not_found = 163
    hold_not_open = 164
    hold_owner_differs = 165
    hold_purpose_differs = 166
    hold_listing_differs = 167
    hold_remaining_exceeded = 168
    hold_unusable = 169  # the answer names each
    hold_not_expired = 170
    claim_not_found = 171
    claim_not_active = 172
    claim_share_exceeded = 173
    claim_on_sale = 174
    plan_row_not_found = 175
    plan_row_paid = 176
    plan_row_not_next = 177
    principal_exceeds_due = 178
    interest_exceeds_due = 179
    late_charge_exceeds_due = 180
    not_due_yet = 181
    not_overdue = 182
    payee_is_not_creditor = 183
    payee_not_allowed = 184
    price_below_floor = 185
    sale_not_found = 186
    sale_not_open = 187
    buyer_is_seller = 188
    deposit_not_found = 189
    deposit_not_uncleared = 190
    deposit_differs = 191
    withdrawal_not_found = 192
    withdrawal_not_held = 193
    withdrawal_not_sent = 194
    withdrawal_not_settled = 195
    withdrawal_differs = 196
    withdrawal_final = 197
    order_not_found = 198
    order_not_in_force = 199
    run_not_found = 200
    run_finished = 201
    run_step_not_next = 202
    reservation_missing = 203
    reservation_differs = 204
    reservation_not_open = 205
    break_not_found = 206
    suspense_item_not_found = 207
    state_forbids = 208
    red_packet_final = 209
    raise_failing = 210
    listing_unpaid = 211
    payout_not_found = 218
    payout_not_open = 219  # its state does not take this any more, or not yet; the answer tells the state
    payout_differs = 220
    suspense_exceeded = 221  # more than is left of the item
    withdrawal_owner_differs = 228
    instruction_not_found = 229
    shortfall_not_found = 222
    debt_not_found = 223
    adjustment_not_found = 224

    order_exists = 225  # the same instrument again
    order_remaining_exceeded = 226
    guarantor_is_party = 212  # the borrower or a lender of the listing, by person
    guarantee_exists = 213
    trustee_payee_not_found = 214
    trustee_payee_pending = 215  # the answer names each
    lenders_come_first = 216
    recourse_exceeded = 217

    # authority
    authority_missing = 230
    authority_evidence_invalid = 231
    authority_key_differs = 232
    authority_expired = 233
    authority_replayed = 234
    mandate_not_found = 235
    mandate_exists = 236
    mandate_not_active = 237
    mandate_expired = 238
    mandate_owner_differs = 239
    mandate_type_differs = 240
    mandate_cap_exceeded = 241
    mandate_scope_exceeded = 242
    fee_schedule_not_found = 243
    fee_schedule_exists = 244
    fee_consent_missing = 245
    fee_item_not_found = 246
    fee_cap_exceeded = 247
    fee_notice_too_short = 248
    approvals_missing = 249
    approver_is_maker = 250
    approver_limit_exceeded = 251
    legal_instrument_missing = 252
    confirmation_text_differs = 253
    step_up_required = 254
    fee_differs = 257  # another fee than was disclosed
    fee_charge_not_found = 258
    refused_by_two_names = 263  # what our own mistake had stopped is refused for good
    correction_too_late = 259  # one business day is over: the firm makes it good, and claims outside
    correction_exceeds_credit = 260

    issuer_differs = 261  # only the authority that issued an order renews, lifts or takes
    terms_differ = 255  # what the client was shown is not what stands; the answer says what does

    # rules
    borrower_cap_exceeded = 270
    cross_platform_cap_exceeded = 271
    raise_too_long = 272
    rate_cap_exceeded = 273
    lender_cap_exceeded = 274
    suitability_missing = 275
    rule_forbids = 276
    limit_exceeded = 277
    risk_hold = 278

    # money
    insufficient_balance = 290
    insufficient_marketing = 291
    insufficient_platform_money = 292
    insufficient_pool_cash = 293
    insufficient_fee_money = 294
    balance_too_large = 295
    uncleared_money = 296
    frozen_money = 297
    exceeds_what_is_owed = 298  # more than is left of the shortfall, the debt or the unclaimed balance
    insufficient_own_money = 299  # the firm has less of its own money in the pool
    fee_refund_exceeded = 300  # more than is left of the fee

    # outgoing payments
    outgoing_stopped = 301  # a control account does not sum: two people restart them
    outgoing_not_stopped = 302

    # what the platform's door says of a request before anything is handed in
    not_found = 410  # there is no such page or object, or it is another platform's
    method_not_allowed = 411
    body_too_large = 412
    body_too_slow = 413
    media_type_unsupported = 414
    instruction_id_differs = 415  # the header Instruction-Id says another id than the body
    kind_not_for_platforms = 416  # the answer says who may ask for it
    internal_error = 417  # a mistake of ours: whether anything was done is told by the instruction's id

    kind_not_in_group = 420  # lane 0 comes first, or the business day ends: send it by itself

    # webhooks; no instruction is ever answered by these
    webhook_target_refused = 430  # nothing is sent there; the answer says why
    webhook_limit_reached = 431
    webhook_not_active = 432  # the endpoint is disabled: nothing is sent until it is active again
    webhook_deleted = 433  # the id belonged to an endpoint that was deleted, and is not given again

    # requests that a client confirms at the custodian's page; nothing is stored under the instruction's id
    authorisation_waiting = 460  # the client has not answered yet
    authorisation_declined = 461
    authorisation_expired = 462
    authorisation_differs = 463  # the client was shown something else

    # daily check files
    bids_stopped = 440  # the platform left three days in a row unconfirmed
    bids_not_stopped = 441
    check_file_not_made = 442  # the date is not over in the books, or had no business
    check_file_confirmed = 443  # 对账文件已确认，请勿重复确认
    check_file_differs = 444  # the answer names each break that is open
    check_upload_missing = 445  # the platform has said nothing of a kind; the answer names which

    # proofs of liabilities
    liability_files_missing = 535  # the snapshot's working files are not on this host: the custodian brings them back

    # receipts and months of accounts, from the log
    receipt_not_ready = 520  # no checkpoint is over its leaf yet: ask again in a moment
    receipt_not_his = 521  # it moved none of his money, and he gave no word for it
    receipt_of_nothing = 522  # it was not done: nothing of it is in the log
    statement_not_made = 523  # the month is not closed yet, or not in the log

    # the sandbox's bank
    bank_refuses = 480  # the answer says why
    bank_not_there = 481

    # payments that wait for the log
    leaf_not_logged = 510  # what allows the payment is not in the log yet
    leaf_not_cosigned = 511  # it is in the log, and the quorum of witnesses has not cosigned a checkpoint above it yet
    leaf_not_proven = 512  # the log's files and the books do not prove it: a person must look
    release_cap_reached = 513  # what may leave unseen in one day has left

    # keys
    keys_unavailable = 545  # the module or Vault that holds the keys does not answer, or refuses: send the same again
    # personal data of clients; no instruction is ever answered by these
    person_restricted = 555  # kept because the law says so, and neither shown nor searched
    person_shredded = 556  # the keys are destroyed: nobody can read it any more
    retention_not_over = 557  # the answer says until when it is kept
    person_is_client = 558  # an account of his is not closed
    person_under_order = 559  # a legal order that is not over names him
    jurisdiction_unknown = 560  # no retention period is written for it
    personal_data_unreadable = 561  # its key is not to be had here: the custodian's people must look
    personal_data_in_clear = 562  # it stands where what is stored is not encrypted: bring it under /v1/persons

    # who somebody is; no instruction is ever answered by these
    id_type_unknown = 570
    id_number_wrong = 571  # its check digit or its form is not that of such a document
    identity_differs = 572  # name, ID, mobile and card are not of one person
    identity_elements_missing = 573  # the answer says which
    liveness_failed = 574
    consent_missing = 575  # his separate consent to a look at his face
    check_expired = 576  # the document, or what was checked, is no longer valid
    card_number_wrong = 577
    owners_do_not_add_up = 578  # who owns a company is not all told, and not explained

    # makers and checkers; no instruction is ever answered by these
    proposal_not_found = 600
    role_not_allowed = 601  # the role does not allow this, or not this amount
    already_signed = 602  # one signature a person and version
    version_changed = 603  # what was signed is not what stands there now: look again
    roles_exclude_each_other = 604  # nobody may both change roles and approve money
    granted_by_maker = 605  # the maker gave this role within the last day: somebody else must look
    proposal_expired = 606
    passkey_signature_missing = 607  # an approval is a passkey's signature over the text that was shown
    typed_names_refused = 608  # staff with passkeys sign in the console; typed names are for breaking glass


#: A retry with the same id may help; nothing else changes on its own.
TRANSIENT = frozenset(
    {
        Code.in_doubt,
        Code.lane_busy,
        Code.lane_stopped,
        Code.rate_limited,
        Code.database_unavailable,
        Code.key_changing,
        Code.receipt_not_ready,
    }
)

#: The id was used before, for another instruction: this one was not looked at.
OTHER = frozenset(code for code in Code if code.name.startswith("exists_with_different_"))

#: Nothing was stored under the id.
NOT_ADMITTED = frozenset(code for code in Code if 10 <= code <= 29 or 410 <= code <= 420)


def may_retry(code: Code) -> bool:
    """Return whether the same instruction may be sent again with hope.

    >>> may_retry(Code.lane_busy), may_retry(Code.insufficient_balance)
    (True, False)
    """
    return code in TRANSIENT


def is_other(code: Code) -> bool:
    """Return whether an id was found to be that of another instruction.

    >>> is_other(Code.exists_with_different_body), is_other(Code.barred)
    (True, False)
    """
    return code in OTHER
