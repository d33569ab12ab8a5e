-- 0001 the books: lanes, instructions, journals, postings, balances, and the rows decisions read.
-- Append-only file: a later change is a later file. Source: design/lanes.md 3, 15-20, 22.

-- which of these files are applied; the plane refuses a number it does not know
CREATE TABLE schema_step (
    number                int4 NOT NULL CONSTRAINT schema_step_is_applied_once PRIMARY KEY,
    name                  text COLLATE "C" NOT NULL,
    applied_at            timestamptz NOT NULL DEFAULT now()
);

-- ── lanes ───────────────────────────────────────────────────────────────────
CREATE TABLE lane (
    lane                  int4 NOT NULL CONSTRAINT lane_is_there_once PRIMARY KEY,
    token                 int8 NOT NULL,
    head                  int8 NOT NULL,
    at                    timestamptz,
    sequenced_head        int8 NOT NULL DEFAULT 0,
    CONSTRAINT lane_only_grows CHECK (head >= 0 AND token >= 0 AND sequenced_head <= head)
) WITH (fillfactor = 20);

-- who writes a lane now; renewed each second, taken only when it has run out
CREATE TABLE lease (
    lane                  int4 NOT NULL CONSTRAINT lease_is_there_once PRIMARY KEY,
    owner                 text COLLATE "C" NOT NULL,
    token                 int8 NOT NULL,
    until                 timestamptz NOT NULL
) WITH (fillfactor = 20);

-- one row a life of this database: a restored copy that is behind the high-water file may not start
CREATE TABLE epoch (
    epoch                 int4 NOT NULL CONSTRAINT epoch_is_there_once PRIMARY KEY,
    installation          uuid NOT NULL DEFAULT gen_random_uuid(),  -- a copy keeps it, another database has another
    declared_at           timestamptz NOT NULL DEFAULT now(),
    reason                text NOT NULL,
    heads                 jsonb NOT NULL
);
INSERT INTO epoch (epoch, reason, heads) VALUES (1, 'first start', '{}');

-- keys that salt the commitments of the log, by number; the key itself lies outside the database
CREATE TABLE salt_key (
    salt_key_id           int4 NOT NULL CONSTRAINT salt_key_is_there_once PRIMARY KEY,
    created_at            timestamptz NOT NULL DEFAULT now()
);
INSERT INTO salt_key (salt_key_id) VALUES (0);

-- ── what was asked and answered, for ever ───────────────────────────────────
CREATE TABLE batch (
    lane                  int4 NOT NULL,
    first_seq             int8 NOT NULL,
    last_seq              int8 NOT NULL,
    at                    timestamptz NOT NULL,
    business_date         date NOT NULL,
    code_version          text COLLATE "C" NOT NULL,
    pack_id               text COLLATE "C" NOT NULL,
    pack_version          int4 NOT NULL,
    rule_set_hash         text COLLATE "C" NOT NULL,
    salt_key_id           int4 NOT NULL,
    CONSTRAINT batch_is_not_empty CHECK (first_seq >= 1 AND last_seq >= first_seq),
    CONSTRAINT batch_is_there_once PRIMARY KEY (lane, first_seq)
);

CREATE TABLE instruction (
    lane                  int4 NOT NULL,
    seq                   int8 NOT NULL,
    code                  int4 NOT NULL,
    version               int4 NOT NULL,
    id                    text COLLATE "C" NOT NULL,
    kind                  text COLLATE "C" NOT NULL,
    state                 text COLLATE "C" NOT NULL,
    why                   text NOT NULL,
    body                  bytea NOT NULL,
    detail                bytea NOT NULL,
    CONSTRAINT instruction_state_is_known CHECK (state IN ('done', 'refused', 'quarantined')),
    CONSTRAINT instruction_is_there_once PRIMARY KEY (lane, seq)
) PARTITION BY LIST (lane);
CREATE TABLE instruction_default PARTITION OF instruction DEFAULT;

-- ids, narrow: the first 16 bytes of the SHA-256 of the id
CREATE TABLE instruction_key (
    lane                  int4 NOT NULL,
    seq                   int8 NOT NULL,
    key16                 bytea NOT NULL,
    CONSTRAINT instruction_id_is_used_once PRIMARY KEY (lane, key16)
);

-- what a client confirmed, with the evidence, under the sequence of the instruction that brought it
CREATE TABLE authority (
    lane                  int4 NOT NULL,
    seq                   int8 NOT NULL,
    amount_minor          int8 NOT NULL,
    kind                  text COLLATE "C" NOT NULL,
    owner                 text COLLATE "C" NOT NULL,
    type                  text COLLATE "C" NOT NULL,
    payee                 text COLLATE "C" NOT NULL,
    listing               text COLLATE "C" NOT NULL,
    until                 text COLLATE "C" NOT NULL,
    evidence_kind         text COLLATE "C" NOT NULL,
    key_id                text COLLATE "C" NOT NULL,
    canonical             bytea NOT NULL,
    challenge             bytea NOT NULL,
    public_key            bytea NOT NULL,
    evidence              bytea NOT NULL,
    CONSTRAINT authority_kind_is_known CHECK (kind IN ('P', 'A', 'F', 'L', 'M')),
    CONSTRAINT authority_is_there_once PRIMARY KEY (lane, seq)
);

-- ── the books ───────────────────────────────────────────────────────────────
CREATE TABLE account (
    lane                  int4 NOT NULL,
    account               int8 NOT NULL,
    code                  text COLLATE "C" NOT NULL,
    owner                 text COLLATE "C" NOT NULL,
    pool                  text COLLATE "C" NOT NULL,
    currency              text COLLATE "C" NOT NULL,
    CONSTRAINT account_side_is_its_sign CHECK ((account < 0) = (code LIKE '10%')),
    CONSTRAINT account_is_there_once PRIMARY KEY (lane, account)
);
CREATE INDEX account_by_owner ON account (lane, owner);

CREATE TABLE journal (
    lane                  int4 NOT NULL,
    seq                   int8 NOT NULL,
    postings              int4 NOT NULL,
    value_date            date,
    template              text COLLATE "C" NOT NULL,
    CONSTRAINT journal_has_postings CHECK (postings > 0),
    CONSTRAINT journal_is_there_once PRIMARY KEY (lane, seq)
) PARTITION BY LIST (lane);
CREATE TABLE journal_default PARTITION OF journal DEFAULT;

CREATE TABLE posting (
    lane                  int4 NOT NULL,
    seq                   int8 NOT NULL,
    line                  int4 NOT NULL,
    debit_account         int8 NOT NULL,
    credit_account        int8 NOT NULL,
    amount_minor          int8 NOT NULL,
    debit_after           int8 NOT NULL,
    credit_after          int8 NOT NULL,
    authority             int8,
    opened                int8,
    CONSTRAINT posting_amount_is_positive CHECK (amount_minor > 0),
    CONSTRAINT posting_sides_differ CHECK (debit_account <> credit_account),
    CONSTRAINT posting_leaves_nothing_below_zero CHECK (debit_after >= 0 AND credit_after >= 0),
    CONSTRAINT posting_is_there_once PRIMARY KEY (lane, seq, line)
) PARTITION BY LIST (lane);
CREATE TABLE posting_default PARTITION OF posting DEFAULT;
CREATE INDEX posting_by_debit ON posting (lane, debit_account, seq);
CREATE INDEX posting_by_credit ON posting (lane, credit_account, seq);

CREATE TABLE balance (
    lane                  int4 NOT NULL,
    account               int8 NOT NULL,
    balance               int8 NOT NULL,
    seq                   int8 NOT NULL,
    CONSTRAINT balance_is_not_below_its_floor CHECK (balance >= 0),
    CONSTRAINT balance_is_there_once PRIMARY KEY (lane, account)
) WITH (fillfactor = 70);

-- the claim register 9010, move by move
CREATE TABLE claim_move (
    lane                  int4 NOT NULL,
    seq                   int8 NOT NULL,
    line                  int4 NOT NULL,
    principal_minor       int8 NOT NULL,
    interest_minor        int8 NOT NULL,
    late_minor            int8 NOT NULL,
    claim                 text COLLATE "C" NOT NULL,
    listing               text COLLATE "C" NOT NULL,
    holder                text COLLATE "C" NOT NULL,
    CONSTRAINT claim_move_is_there_once PRIMARY KEY (lane, seq, line)
);
CREATE INDEX claim_move_by_listing ON claim_move (lane, listing, seq);

-- every move of a state machine
CREATE TABLE state_move (
    lane                  int4 NOT NULL,
    seq                   int8 NOT NULL,
    line                  int4 NOT NULL,
    machine               text COLLATE "C" NOT NULL,
    subject               text COLLATE "C" NOT NULL,
    event                 text COLLATE "C" NOT NULL,
    state                 text COLLATE "C" NOT NULL,
    CONSTRAINT state_move_is_there_once PRIMARY KEY (lane, seq, line)
);
CREATE INDEX state_move_by_subject ON state_move (lane, machine, subject, seq);

-- ── rows that decisions read; kernel/rows.py says what each means ───────────
-- The lane's day (日切): one row, id "day". The next free account number is counted here.
CREATE TABLE lane_day (
    lane                  int4 NOT NULL,
    id                    text COLLATE "C" NOT NULL,
    business_date         date NOT NULL,
    next_account          int8 NOT NULL,
    state                 text COLLATE "C" NOT NULL,
    platform              text COLLATE "C" NOT NULL,
    pack                  text COLLATE "C" NOT NULL,
    sandbox               bool NOT NULL,
    CONSTRAINT lane_day_is_there_once PRIMARY KEY (lane, id)
) WITH (fillfactor = 20);

-- A pool (资金存管专用账户): one currency and regime of one platform, with the platform's own accounts.
CREATE TABLE pool (
    lane                  int4 NOT NULL,
    id                    text COLLATE "C" NOT NULL,
    currency              text COLLATE "C" NOT NULL,
    regime                text COLLATE "C" NOT NULL,
    state                 text COLLATE "C" NOT NULL,
    base                  int8 NOT NULL,
    firm                  int8 NOT NULL,
    CONSTRAINT pool_is_there_once PRIMARY KEY (lane, id)
);

-- A real account of a pool at a bank; `account` is its 1010 in the books.
CREATE TABLE bank_account (
    lane                  int4 NOT NULL,
    id                    text COLLATE "C" NOT NULL,
    pool                  text COLLATE "C" NOT NULL,
    account               int8 NOT NULL,
    channel               text COLLATE "C" NOT NULL,
    reference             text COLLATE "C" NOT NULL,
    state                 text COLLATE "C" NOT NULL,
    CONSTRAINT bank_account_is_an_asset CHECK (account < 0),
    CONSTRAINT bank_account_is_there_once PRIMARY KEY (lane, id)
);

-- Money a channel owes the pool for one settlement date (1020); id pool:channel:date.
CREATE TABLE clearing (
    lane                  int4 NOT NULL,
    id                    text COLLATE "C" NOT NULL,
    pool                  text COLLATE "C" NOT NULL,
    channel               text COLLATE "C" NOT NULL,
    settle_date           date NOT NULL,
    account               int8 NOT NULL,
    CONSTRAINT clearing_is_an_asset CHECK (account < 0),
    CONSTRAINT clearing_is_there_once PRIMARY KEY (lane, id)
);

-- A platform (委托人) in the directory; its lane number is never used again.
CREATE TABLE platform (
    lane                  int4 NOT NULL,
    id                    text COLLATE "C" NOT NULL,
    for_lane              int8 NOT NULL,
    pack                  text COLLATE "C" NOT NULL,
    state                 text COLLATE "C" NOT NULL,
    sandbox               bool NOT NULL,
    CONSTRAINT platform_is_there_once PRIMARY KEY (lane, id)
);

-- A lane number that was given away, for ever; the id is the number in digits.
CREATE TABLE lane_number (
    lane                  int4 NOT NULL,
    id                    text COLLATE "C" NOT NULL,
    platform              text COLLATE "C" NOT NULL,
    CONSTRAINT lane_number_is_there_once PRIMARY KEY (lane, id)
);

-- A person (客户本人) by opaque reference; `kind` is person or company.
CREATE TABLE person (
    lane                  int4 NOT NULL,
    id                    text COLLATE "C" NOT NULL,
    kind                  text COLLATE "C" NOT NULL,
    state                 text COLLATE "C" NOT NULL,
    method                text COLLATE "C" NOT NULL,
    source                text COLLATE "C" NOT NULL,
    lock                  text COLLATE "C" NOT NULL,
    CONSTRAINT person_is_there_once PRIMARY KEY (lane, id)
);

-- A person may have accounts in a lane; id person:lane. Locks fan out along links.
CREATE TABLE person_link (
    lane                  int4 NOT NULL,
    id                    text COLLATE "C" NOT NULL,
    person                text COLLATE "C" NOT NULL,
    for_lane              int8 NOT NULL,
    CONSTRAINT person_link_is_there_once PRIMARY KEY (lane, id)
);
CREATE INDEX person_link_by_person ON person_link (lane, person);

-- What a person has reserved over all platforms of the custodian in one currency; id person:currency.
CREATE TABLE exposure (
    lane                  int4 NOT NULL,
    id                    text COLLATE "C" NOT NULL,
    person                text COLLATE "C" NOT NULL,
    reserved_minor        int8 NOT NULL,
    CONSTRAINT exposure_is_not_negative CHECK (reserved_minor >= 0),
    CONSTRAINT exposure_is_there_once PRIMARY KEY (lane, id)
);

-- A part of a custodian-wide limit set aside for one later instruction of one lane.
CREATE TABLE reservation (
    lane                  int4 NOT NULL,
    id                    text COLLATE "C" NOT NULL,
    person                text COLLATE "C" NOT NULL,
    for_lane              int8 NOT NULL,
    instruction_id        text COLLATE "C" NOT NULL,
    currency              text COLLATE "C" NOT NULL,
    amount_minor          int8 NOT NULL,
    review_date           date NOT NULL,
    state                 text COLLATE "C" NOT NULL,
    CONSTRAINT reservation_is_not_negative CHECK (amount_minor >= 0),
    CONSTRAINT reservation_is_there_once PRIMARY KEY (lane, id)
);

-- A lock of a person, fanned out to his lanes.
CREATE TABLE lock_order (
    lane                  int4 NOT NULL,
    id                    text COLLATE "C" NOT NULL,
    person                text COLLATE "C" NOT NULL,
    state                 text COLLATE "C" NOT NULL,
    reason                text COLLATE "C" NOT NULL,
    CONSTRAINT lock_order_is_there_once PRIMARY KEY (lane, id)
);

-- What this lane knows of a person: whether he is locked, by which act.
CREATE TABLE person_here (
    lane                  int4 NOT NULL,
    id                    text COLLATE "C" NOT NULL,
    state                 text COLLATE "C" NOT NULL,
    act                   text COLLATE "C" NOT NULL,
    CONSTRAINT person_here_is_there_once PRIMARY KEY (lane, id)
);

-- A holder account (子账户): five accounts of one owner, from `base` on.
CREATE TABLE holder_account (
    lane                  int4 NOT NULL,
    id                    text COLLATE "C" NOT NULL,
    person                text COLLATE "C" NOT NULL,
    pool                  text COLLATE "C" NOT NULL,
    role                  text COLLATE "C" NOT NULL,
    kind                  text COLLATE "C" NOT NULL,
    state                 text COLLATE "C" NOT NULL,
    base                  int8 NOT NULL,
    key_id                text COLLATE "C" NOT NULL,
    method                text COLLATE "C" NOT NULL,
    source                text COLLATE "C" NOT NULL,
    CONSTRAINT holder_account_is_there_once PRIMARY KEY (lane, id)
) WITH (fillfactor = 90);
CREATE INDEX holder_account_by_person ON holder_account (lane, person);

-- The public key that verifies a client's confirmations.
CREATE TABLE client_key (
    lane                  int4 NOT NULL,
    id                    text COLLATE "C" NOT NULL,
    holder                text COLLATE "C" NOT NULL,
    evidence_kind         text COLLATE "C" NOT NULL,
    public_key            bytea NOT NULL,
    state                 text COLLATE "C" NOT NULL,
    CONSTRAINT client_key_is_there_once PRIMARY KEY (lane, id)
);

-- A bound withdrawal card (绑卡) by opaque reference; `payee_hash` fixes account and name.
CREATE TABLE card (
    lane                  int4 NOT NULL,
    id                    text COLLATE "C" NOT NULL,
    holder                text COLLATE "C" NOT NULL,
    payee_hash            text COLLATE "C" NOT NULL,
    bound_date            date NOT NULL,
    cooling_until         date NOT NULL,
    state                 text COLLATE "C" NOT NULL,
    CONSTRAINT card_is_there_once PRIMARY KEY (lane, id)
);
CREATE INDEX card_by_holder ON card (lane, holder);

-- A published version of a fee schedule; id schedule:version.
CREATE TABLE fee_schedule (
    lane                  int4 NOT NULL,
    id                    text COLLATE "C" NOT NULL,
    schedule              text COLLATE "C" NOT NULL,
    version               int8 NOT NULL,
    published_date        date NOT NULL,
    items                 jsonb NOT NULL,
    state                 text COLLATE "C" NOT NULL,
    CONSTRAINT fee_schedule_is_there_once PRIMARY KEY (lane, id)
);

-- A client's confirmation of one schedule version; id holder:schedule.
CREATE TABLE fee_consent (
    lane                  int4 NOT NULL,
    id                    text COLLATE "C" NOT NULL,
    holder                text COLLATE "C" NOT NULL,
    schedule              text COLLATE "C" NOT NULL,
    version               int8 NOT NULL,
    authority             int8 NOT NULL,
    month                 text COLLATE "C" NOT NULL,
    used_month_minor      int8 NOT NULL,
    state                 text COLLATE "C" NOT NULL,
    CONSTRAINT fee_consent_is_there_once PRIMARY KEY (lane, id)
);

-- A standing authority (授权) with type, cap and expiry.
CREATE TABLE mandate (
    lane                  int4 NOT NULL,
    id                    text COLLATE "C" NOT NULL,
    holder                text COLLATE "C" NOT NULL,
    type                  text COLLATE "C" NOT NULL,
    cap_minor             int8 NOT NULL,
    used_minor            int8 NOT NULL,
    until                 date NOT NULL,
    listing               text COLLATE "C" NOT NULL,
    authority             int8 NOT NULL,
    state                 text COLLATE "C" NOT NULL,
    CONSTRAINT mandate_is_used_within_its_cap CHECK (used_minor >= 0 AND used_minor <= cap_minor),
    CONSTRAINT mandate_is_there_once PRIMARY KEY (lane, id)
) WITH (fillfactor = 70);
CREATE INDEX mandate_by_holder ON mandate (lane, holder);

-- A deposit (充值).
CREATE TABLE deposit (
    lane                  int4 NOT NULL,
    id                    text COLLATE "C" NOT NULL,
    holder                text COLLATE "C" NOT NULL,
    channel               text COLLATE "C" NOT NULL,
    clearing              text COLLATE "C" NOT NULL,
    amount_minor          int8 NOT NULL,
    seq                   int8 NOT NULL,
    state                 text COLLATE "C" NOT NULL,
    CONSTRAINT deposit_amount_is_positive CHECK (amount_minor > 0),
    CONSTRAINT deposit_is_there_once PRIMARY KEY (lane, id)
);

-- A withdrawal (提现): principal in 2030, its fee in 2020 until the bank has paid.
CREATE TABLE withdrawal (
    lane                  int4 NOT NULL,
    id                    text COLLATE "C" NOT NULL,
    holder                text COLLATE "C" NOT NULL,
    card                  text COLLATE "C" NOT NULL,
    payee_hash            text COLLATE "C" NOT NULL,
    bank_account          text COLLATE "C" NOT NULL,
    amount_minor          int8 NOT NULL,
    fee_minor             int8 NOT NULL,
    end_to_end_id         text COLLATE "C" NOT NULL,
    authority             int8 NOT NULL,
    fee_authority         int8 NOT NULL,
    seq                   int8 NOT NULL,
    state                 text COLLATE "C" NOT NULL,
    CONSTRAINT withdrawal_amount_is_positive CHECK (amount_minor > 0 AND fee_minor >= 0),
    CONSTRAINT withdrawal_is_there_once PRIMARY KEY (lane, id)
);

-- A hold (冻结): owner, amount, purpose, listing and release date never change.
CREATE TABLE hold (
    lane                  int4 NOT NULL,
    id                    text COLLATE "C" NOT NULL,
    owner                 text COLLATE "C" NOT NULL,
    account               int8 NOT NULL,
    purpose               text COLLATE "C" NOT NULL,
    listing               text COLLATE "C" NOT NULL,
    amount_minor          int8 NOT NULL,
    captured_minor        int8 NOT NULL,
    released_minor        int8 NOT NULL,
    release_by            date NOT NULL,
    authority             int8 NOT NULL,
    seq                   int8 NOT NULL,
    state                 text COLLATE "C" NOT NULL,
    CONSTRAINT hold_is_never_used_twice CHECK (amount_minor > 0 AND captured_minor >= 0 AND released_minor >= 0 AND captured_minor + released_minor <= amount_minor),
    CONSTRAINT hold_is_there_once PRIMARY KEY (lane, id)
) WITH (fillfactor = 80);
CREATE INDEX hold_by_listing ON hold (lane, listing);

-- A listing (标的): commitment and figures; held and lent count clients' and marketing money.
CREATE TABLE listing (
    lane                  int4 NOT NULL,
    id                    text COLLATE "C" NOT NULL,
    pool                  text COLLATE "C" NOT NULL,
    borrower              text COLLATE "C" NOT NULL,
    amount_minor          int8 NOT NULL,
    rate_e6               int8 NOT NULL,
    rule                  text COLLATE "C" NOT NULL,
    months                int8 NOT NULL,
    raise_until           date NOT NULL,
    release_by            date NOT NULL,
    full_by               date,
    grace_days            int8 NOT NULL,
    late_rate_e6          int8,
    early                 bool NOT NULL,
    fee_schedule          text COLLATE "C" NOT NULL,
    fee_item              text COLLATE "C" NOT NULL,
    recorded              jsonb NOT NULL,
    reservation           text COLLATE "C" NOT NULL,
    held_minor            int8 NOT NULL,
    lent_minor            int8 NOT NULL,
    repaid_minor          int8 NOT NULL,
    interest_minor        int8 NOT NULL,
    late_minor            int8 NOT NULL,
    disbursed_date        date,
    seq                   int8 NOT NULL,
    state                 text COLLATE "C" NOT NULL,
    CONSTRAINT listing_is_never_oversubscribed CHECK (held_minor >= 0 AND lent_minor >= 0 AND held_minor + lent_minor <= amount_minor),
    CONSTRAINT listing_is_never_overpaid CHECK (repaid_minor >= 0 AND repaid_minor <= lent_minor),
    CONSTRAINT listing_is_there_once PRIMARY KEY (lane, id)
) WITH (fillfactor = 50);
CREATE INDEX listing_by_borrower ON listing (lane, borrower);

-- A row of the repayment plan; id listing:number.
CREATE TABLE plan_row (
    lane                  int4 NOT NULL,
    id                    text COLLATE "C" NOT NULL,
    listing               text COLLATE "C" NOT NULL,
    number                int8 NOT NULL,
    due_date              date NOT NULL,
    principal_minor       int8 NOT NULL,
    interest_minor        int8 NOT NULL,
    paid_principal_minor  int8 NOT NULL,
    paid_interest_minor   int8 NOT NULL,
    paid_late_minor       int8 NOT NULL,
    state                 text COLLATE "C" NOT NULL,
    CONSTRAINT plan_row_is_never_overpaid CHECK (paid_principal_minor BETWEEN 0 AND principal_minor AND paid_interest_minor BETWEEN 0 AND interest_minor AND paid_late_minor >= 0),
    CONSTRAINT plan_row_is_there_once PRIMARY KEY (lane, id)
) WITH (fillfactor = 70);
CREATE INDEX plan_row_by_listing ON plan_row (lane, listing);

-- A claim (债权) in the register 9010; `weight_minor` is its principal at the start of the epoch.
CREATE TABLE claim (
    lane                  int4 NOT NULL,
    id                    text COLLATE "C" NOT NULL,
    listing               text COLLATE "C" NOT NULL,
    holder                text COLLATE "C" NOT NULL,
    rank                  int8 NOT NULL,
    weight_minor          int8 NOT NULL,
    principal_minor       int8 NOT NULL,
    interest_minor        int8 NOT NULL,
    late_minor            int8 NOT NULL,
    seq                   int8 NOT NULL,
    state                 text COLLATE "C" NOT NULL,
    CONSTRAINT claim_is_never_negative CHECK (principal_minor >= 0 AND interest_minor >= 0 AND late_minor >= 0),
    CONSTRAINT claim_is_there_once PRIMARY KEY (lane, id)
) WITH (fillfactor = 70);
CREATE INDEX claim_by_listing ON claim (lane, listing);

-- A large instruction cut into steps whose items were fixed at once.
CREATE TABLE run (
    lane                  int4 NOT NULL,
    id                    text COLLATE "C" NOT NULL,
    kind                  text COLLATE "C" NOT NULL,
    listing               text COLLATE "C" NOT NULL,
    holder                text COLLATE "C" NOT NULL,
    plan_row              text COLLATE "C" NOT NULL,
    steps                 int8 NOT NULL,
    next_step             int8 NOT NULL,
    total_minor           int8 NOT NULL,
    authority             int8 NOT NULL,
    fee_authority         int8 NOT NULL,
    seq                   int8 NOT NULL,
    state                 text COLLATE "C" NOT NULL,
    CONSTRAINT run_step_is_in_range CHECK (next_step BETWEEN 1 AND steps + 1),
    CONSTRAINT run_is_there_once PRIMARY KEY (lane, id)
);

-- One payee of a run; its figures never change. id run:number.
CREATE TABLE run_item (
    lane                  int4 NOT NULL,
    id                    text COLLATE "C" NOT NULL,
    step                  text COLLATE "C" NOT NULL,
    subject               text COLLATE "C" NOT NULL,
    holder                text COLLATE "C" NOT NULL,
    principal_minor       int8 NOT NULL,
    interest_minor        int8 NOT NULL,
    late_minor            int8 NOT NULL,
    fee_minor             int8 NOT NULL,
    CONSTRAINT run_item_is_never_negative CHECK (principal_minor >= 0 AND interest_minor >= 0 AND late_minor >= 0 AND fee_minor >= 0),
    CONSTRAINT run_item_is_there_once PRIMARY KEY (lane, id)
);
CREATE INDEX run_item_by_step ON run_item (lane, step);

-- A message to send once it is committed (outbox): to a bank channel, or to another lane.
CREATE TABLE outbox (
    lane                  int4 NOT NULL,
    id                    text COLLATE "C" NOT NULL,
    channel               text COLLATE "C" NOT NULL,
    kind                  text COLLATE "C" NOT NULL,
    payload               bytea NOT NULL,
    seq                   int8 NOT NULL,
    state                 text COLLATE "C" NOT NULL,
    CONSTRAINT outbox_is_there_once PRIMARY KEY (lane, id)
);

-- what still has to be sent, and the lanes' open runs
CREATE INDEX outbox_waiting ON outbox (lane, seq) WHERE state IN ('waiting', 'sending', 'sent', 'in_doubt');
CREATE INDEX hold_due ON hold (lane, release_by) WHERE state = 'open' AND purpose NOT IN ('bid', 'marketing_bid');
CREATE INDEX run_running ON run (lane, seq) WHERE state = 'running';
CREATE INDEX listing_raising ON listing (lane, raise_until) WHERE state IN ('raising', 'full', 'failing');

-- ── rules the database keeps itself ─────────────────────────────────────────
CREATE FUNCTION forbid_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only: a mistake is corrected by a new journal', TG_TABLE_NAME
        USING ERRCODE = 'CG002';
END $$;

CREATE TRIGGER instruction_is_append_only BEFORE UPDATE OR DELETE ON instruction FOR EACH ROW EXECUTE FUNCTION forbid_change();
CREATE TRIGGER journal_is_append_only BEFORE UPDATE OR DELETE ON journal FOR EACH ROW EXECUTE FUNCTION forbid_change();
CREATE TRIGGER posting_is_append_only BEFORE UPDATE OR DELETE ON posting FOR EACH ROW EXECUTE FUNCTION forbid_change();
CREATE TRIGGER authority_is_append_only BEFORE UPDATE OR DELETE ON authority FOR EACH ROW EXECUTE FUNCTION forbid_change();
CREATE TRIGGER claim_move_is_append_only BEFORE UPDATE OR DELETE ON claim_move FOR EACH ROW EXECUTE FUNCTION forbid_change();
CREATE TRIGGER state_move_is_append_only BEFORE UPDATE OR DELETE ON state_move FOR EACH ROW EXECUTE FUNCTION forbid_change();
CREATE TRIGGER batch_is_append_only BEFORE UPDATE OR DELETE ON batch FOR EACH ROW EXECUTE FUNCTION forbid_change();
CREATE TRIGGER account_is_append_only BEFORE UPDATE OR DELETE ON account FOR EACH ROW EXECUTE FUNCTION forbid_change();
CREATE TRIGGER run_item_is_append_only BEFORE UPDATE OR DELETE ON run_item FOR EACH ROW EXECUTE FUNCTION forbid_change();
DO $$
DECLARE name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['instruction', 'instruction_default', 'journal', 'journal_default', 'posting',
                                'posting_default', 'authority', 'claim_move', 'state_move', 'batch', 'account', 'run_item'] LOOP
        EXECUTE format('CREATE TRIGGER %I BEFORE TRUNCATE ON %I FOR EACH STATEMENT EXECUTE FUNCTION forbid_change()',
                       name || '_is_never_emptied', name);
    END LOOP;
END $$;

-- a big lane gets partitions of its own; the owner calls it before the lane is opened
CREATE FUNCTION lane_partition(wanted int4) RETURNS void LANGUAGE plpgsql AS $$
DECLARE name text; part text;
BEGIN
    FOREACH name IN ARRAY ARRAY['instruction', 'journal', 'posting'] LOOP
        part := name || '_' || wanted;
        EXECUTE format('CREATE TABLE %I PARTITION OF %I FOR VALUES IN (%s)', part, name, wanted);
        EXECUTE format('CREATE TRIGGER %I BEFORE TRUNCATE ON %I FOR EACH STATEMENT EXECUTE FUNCTION forbid_change()',
                       part || '_is_never_emptied', part);
    END LOOP;
END $$;

-- the fence: order, no gaps, one writer. Locks the lane's row until the batch commits.
CREATE FUNCTION lane_advance(wanted int4, writer int8, first int8, last int8, decided timestamptz) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    UPDATE lane SET head = last, at = decided WHERE lane = wanted AND token = writer AND head = first - 1;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'lane % is fenced: token % may not write % to %', wanted, writer, first, last USING ERRCODE = 'CG001';
    END IF;
END $$;

-- the balances after a batch; every account must be this lane's. Locks balances in the order given.
CREATE FUNCTION balance_set(wanted int4, accounts int8[], balances int8[], seqs int8[]) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE changed int8;
BEGIN
    UPDATE balance b SET balance = u.balance, seq = u.seq
    FROM unnest(accounts, balances, seqs) AS u(account, balance, seq),
         LATERAL (SELECT r.ctid AS place FROM balance r WHERE r.lane = wanted AND r.account = u.account OFFSET 0) AS k
    WHERE b.ctid = k.place;
    GET DIAGNOSTICS changed = ROW_COUNT;
    IF changed <> cardinality(accounts) THEN
        RAISE EXCEPTION 'lane %: % balances for % accounts', wanted, changed, cardinality(accounts) USING ERRCODE = 'CG003';
    END IF;
END $$;

-- a change must meet exactly the rows it names
CREATE FUNCTION rows_are(counted int8, expected int8, what text) RETURNS void LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
    IF counted <> expected THEN
        RAISE EXCEPTION '%: % rows for % changes', what, counted, expected USING ERRCODE = 'CG003';
    END IF;
END $$;

INSERT INTO schema_step (number, name) VALUES (1, '0001_books');
