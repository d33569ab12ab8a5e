-- 0002 the whole catalogue: rows of claims, suspense, payouts, orders, corrections and take-overs.
-- Expand only: new tables, and new columns with a constant default (no rewrite). Source: domain-decisions.md 1-9, 18-21, 28-31.

-- A person who is the platform itself or its affiliate (关联方); id is the person's.
CREATE TABLE related_party (
    lane                  int4 NOT NULL,
    id                    text COLLATE "C" NOT NULL,
    relation              text COLLATE "C" NOT NULL,
    seq                   int8 NOT NULL,
    state                 text COLLATE "C" NOT NULL,
    CONSTRAINT related_party_is_there_once PRIMARY KEY (lane, id)
);

-- A guarantor's own word for one listing (担保), given before the loan; id is the instruction's.
CREATE TABLE guarantee (
    lane                  int4 NOT NULL,
    id                    text COLLATE "C" NOT NULL,
    listing               text COLLATE "C" NOT NULL,
    guarantor             text COLLATE "C" NOT NULL,
    person                text COLLATE "C" NOT NULL,
    authority             int8 NOT NULL,
    seq                   int8 NOT NULL,
    CONSTRAINT guarantee_is_there_once PRIMARY KEY (lane, id)
);
CREATE INDEX guarantee_by_listing ON guarantee (lane, listing);

-- A third payee of a loan (受托支付), named by the borrower; id is the instruction's.
CREATE TABLE trustee_payee (
    lane                  int4 NOT NULL,
    id                    text COLLATE "C" NOT NULL,
    listing               text COLLATE "C" NOT NULL,
    borrower              text COLLATE "C" NOT NULL,
    trustee               text COLLATE "C" NOT NULL,
    amount_minor          int8 NOT NULL,
    authority             int8 NOT NULL,
    seq                   int8 NOT NULL,
    state                 text COLLATE "C" NOT NULL,
    CONSTRAINT trustee_payee_amount_is_positive CHECK (amount_minor > 0),
    CONSTRAINT trustee_payee_is_there_once PRIMARY KEY (lane, id)
);
CREATE INDEX trustee_payee_by_listing ON trustee_payee (lane, listing);

-- A share of a claim offered to others (债权出让): share, lowest price of it all, how accrued interest is treated.
CREATE TABLE claim_sale (
    lane                  int4 NOT NULL,
    id                    text COLLATE "C" NOT NULL,
    claim                 text COLLATE "C" NOT NULL,
    listing               text COLLATE "C" NOT NULL,
    seller                text COLLATE "C" NOT NULL,
    share_minor           int8 NOT NULL,
    sold_minor            int8 NOT NULL,
    floor_minor           int8 NOT NULL,
    accrued               text COLLATE "C" NOT NULL,
    until                 date NOT NULL,
    authority             int8 NOT NULL,
    seq                   int8 NOT NULL,
    state                 text COLLATE "C" NOT NULL,
    CONSTRAINT claim_sale_is_within_its_share CHECK (sold_minor >= 0 AND sold_minor <= share_minor),
    CONSTRAINT claim_sale_is_there_once PRIMARY KEY (lane, id)
);
CREATE INDEX claim_sale_by_listing ON claim_sale (lane, listing);
CREATE INDEX claim_sale_that_is_open ON claim_sale (lane, until) WHERE state = 'open';

-- An account beside the five of a holder and the ten of a pool: 1040, 2155, 2160, 2310; id owner:code.
CREATE TABLE further_account (
    lane                  int4 NOT NULL,
    id                    text COLLATE "C" NOT NULL,
    owner                 text COLLATE "C" NOT NULL,
    code                  text COLLATE "C" NOT NULL,
    pool                  text COLLATE "C" NOT NULL,
    account               int8 NOT NULL,
    CONSTRAINT further_account_is_there_once PRIMARY KEY (lane, id)
);

-- Money the bank shows and nobody is known to own yet (挂账); `code` says where: 2210, 2220 or 2230.
CREATE TABLE suspense_item (
    lane                  int4 NOT NULL,
    id                    text COLLATE "C" NOT NULL,
    pool                  text COLLATE "C" NOT NULL,
    bank_account          text COLLATE "C" NOT NULL,
    code                  text COLLATE "C" NOT NULL,
    owner                 text COLLATE "C" NOT NULL,
    amount_minor          int8 NOT NULL,
    left_minor            int8 NOT NULL,
    received_date         date NOT NULL,
    reference             text COLLATE "C" NOT NULL,
    payee_hash            text COLLATE "C" NOT NULL,
    break_id              text COLLATE "C" NOT NULL,
    seq                   int8 NOT NULL,
    state                 text COLLATE "C" NOT NULL,
    CONSTRAINT suspense_item_is_within_its_amount CHECK (left_minor >= 0 AND left_minor <= amount_minor),
    CONSTRAINT suspense_item_is_there_once PRIMARY KEY (lane, id)
);
CREATE INDEX suspense_item_by_pool ON suspense_item (lane, pool);

-- A payment out of the pool that is no client's withdrawal; `account` is debited when the bank has paid.
CREATE TABLE payout (
    lane                  int4 NOT NULL,
    id                    text COLLATE "C" NOT NULL,
    kind                  text COLLATE "C" NOT NULL,
    subject               text COLLATE "C" NOT NULL,
    pool                  text COLLATE "C" NOT NULL,
    bank_account          text COLLATE "C" NOT NULL,
    account               int8 NOT NULL,
    came_from             int8 NOT NULL,
    owner                 text COLLATE "C" NOT NULL,
    payee_hash            text COLLATE "C" NOT NULL,
    amount_minor          int8 NOT NULL,
    end_to_end_id         text COLLATE "C" NOT NULL,
    authority             int8 NOT NULL,
    seq                   int8 NOT NULL,
    state                 text COLLATE "C" NOT NULL,
    CONSTRAINT payout_amount_is_positive CHECK (amount_minor > 0),
    CONSTRAINT payout_is_there_once PRIMARY KEY (lane, id)
);
CREATE INDEX payout_by_subject ON payout (lane, subject);

-- An account outside the pool of the platform itself or of a partner, where his own money may be paid to.
CREATE TABLE payee (
    lane                  int4 NOT NULL,
    id                    text COLLATE "C" NOT NULL,
    owner                 text COLLATE "C" NOT NULL,
    payee_hash            text COLLATE "C" NOT NULL,
    bound_date            date NOT NULL,
    state                 text COLLATE "C" NOT NULL,
    CONSTRAINT payee_is_there_once PRIMARY KEY (lane, id)
);
CREATE INDEX payee_by_owner ON payee (lane, owner);

-- A partner of the platform (合作方) with a share of fees in the pool, 2160.
CREATE TABLE partner (
    lane                  int4 NOT NULL,
    id                    text COLLATE "C" NOT NULL,
    pool                  text COLLATE "C" NOT NULL,
    account               int8 NOT NULL,
    kind                  text COLLATE "C" NOT NULL,
    state                 text COLLATE "C" NOT NULL,
    CONSTRAINT partner_is_there_once PRIMARY KEY (lane, id)
);

-- What was done of something on one business date, where a rule caps it; id what:pool:date.
CREATE TABLE daily_total (
    lane                  int4 NOT NULL,
    id                    text COLLATE "C" NOT NULL,
    amount_minor          int8 NOT NULL,
    CONSTRAINT daily_total_is_there_once PRIMARY KEY (lane, id)
);

-- A fee a client has paid, and what of it was given back; id of what took it, a withdrawal's is the withdrawal's.
CREATE TABLE fee_charge (
    lane                  int4 NOT NULL,
    id                    text COLLATE "C" NOT NULL,
    holder                text COLLATE "C" NOT NULL,
    fee_minor             int8 NOT NULL,
    refunded_minor        int8 NOT NULL,
    seq                   int8 NOT NULL,
    CONSTRAINT fee_charge_is_given_back_within_its_amount CHECK (fee_minor > 0 AND refunded_minor >= 0 AND refunded_minor <= fee_minor),
    CONSTRAINT fee_charge_is_there_once PRIMARY KEY (lane, id)
);

-- What the firm must make good in the pool (缺口), until its own money is there: 1030, or a client's debt, 1040.
CREATE TABLE shortfall (
    lane                  int4 NOT NULL,
    id                    text COLLATE "C" NOT NULL,
    pool                  text COLLATE "C" NOT NULL,
    amount_minor          int8 NOT NULL,
    made_good_minor       int8 NOT NULL,
    found_date            date NOT NULL,
    cause                 text COLLATE "C" NOT NULL,
    reason                text COLLATE "C" NOT NULL,
    seq                   int8 NOT NULL,
    state                 text COLLATE "C" NOT NULL,
    CONSTRAINT shortfall_is_made_good_within_its_amount CHECK (made_good_minor >= 0 AND made_good_minor <= amount_minor),
    CONSTRAINT shortfall_is_there_once PRIMARY KEY (lane, id)
);
CREATE INDEX shortfall_by_pool ON shortfall (lane, pool);
CREATE INDEX shortfall_by_found_date ON shortfall (lane, found_date);

-- Money a client used before its channel took it back (客户欠款), 1040; never netted against others.
CREATE TABLE client_debt (
    lane                  int4 NOT NULL,
    id                    text COLLATE "C" NOT NULL,
    holder                text COLLATE "C" NOT NULL,
    pool                  text COLLATE "C" NOT NULL,
    account               int8 NOT NULL,
    deposit               text COLLATE "C" NOT NULL,
    amount_minor          int8 NOT NULL,
    repaid_minor          int8 NOT NULL,
    seq                   int8 NOT NULL,
    state                 text COLLATE "C" NOT NULL,
    CONSTRAINT client_debt_is_an_asset CHECK (account < 0),
    CONSTRAINT client_debt_is_repaid_within_its_amount CHECK (repaid_minor >= 0 AND repaid_minor <= amount_minor),
    CONSTRAINT client_debt_is_there_once PRIMARY KEY (lane, id)
);
CREATE INDEX client_debt_by_holder ON client_debt (lane, holder);
CREATE INDEX client_debt_by_pool ON client_debt (lane, pool);

-- A balance whose owner is not found (久悬未取), 2310; his at any time, never income.
CREATE TABLE unclaimed (
    lane                  int4 NOT NULL,
    id                    text COLLATE "C" NOT NULL,
    holder                text COLLATE "C" NOT NULL,
    account               int8 NOT NULL,
    amount_minor          int8 NOT NULL,
    given_back_minor      int8 NOT NULL,
    since_date            date NOT NULL,
    seq                   int8 NOT NULL,
    state                 text COLLATE "C" NOT NULL,
    CONSTRAINT unclaimed_is_given_back_within_its_amount CHECK (given_back_minor >= 0 AND given_back_minor <= amount_minor),
    CONSTRAINT unclaimed_is_there_once PRIMARY KEY (lane, id)
);
CREATE INDEX unclaimed_by_holder ON unclaimed (lane, holder);

-- An authority's order over a person's money (司法冻结), in lane 0; `filled_minor` is confirmed over all lanes.
CREATE TABLE legal_order (
    lane                  int4 NOT NULL,
    id                    text COLLATE "C" NOT NULL,
    person                text COLLATE "C" NOT NULL,
    issuer                text COLLATE "C" NOT NULL,
    instrument            text COLLATE "C" NOT NULL,
    currency              text COLLATE "C" NOT NULL,
    amount_minor          int8 NOT NULL,
    lifted_minor          int8 NOT NULL,
    filled_minor          int8 NOT NULL,
    taken_minor           int8 NOT NULL,
    next_lane             int8 NOT NULL,
    expires               date NOT NULL,
    maker                 text COLLATE "C" NOT NULL,
    checker               text COLLATE "C" NOT NULL,
    seq                   int8 NOT NULL,
    state                 text COLLATE "C" NOT NULL,
    CONSTRAINT legal_order_is_filled_within_its_amount CHECK (lifted_minor BETWEEN 0 AND amount_minor AND filled_minor BETWEEN 0 AND amount_minor AND taken_minor BETWEEN 0 AND filled_minor),
    CONSTRAINT legal_order_is_there_once PRIMARY KEY (lane, id)
);
CREATE INDEX legal_order_by_person ON legal_order (lane, person);
-- the orders whose last day the timer looks at
CREATE INDEX legal_order_live ON legal_order (lane, expires) WHERE state IN ('waiting', 'partly_filled', 'in_force');

-- A lane's share of an order, in lane 0: what was said to it, and what it has answered; id order:lane.
CREATE TABLE order_share (
    lane                  int4 NOT NULL,
    id                    text COLLATE "C" NOT NULL,
    legal_order           text COLLATE "C" NOT NULL,
    for_lane              int8 NOT NULL,
    limit_minor           int8 NOT NULL,
    filled_minor          int8 NOT NULL,
    taking_minor          int8 NOT NULL,
    taken_minor           int8 NOT NULL,
    doubtful_minor        int8 NOT NULL,
    word                  int8 NOT NULL,
    heard_seq             int8 NOT NULL,
    CONSTRAINT order_share_is_not_negative CHECK (limit_minor >= 0 AND filled_minor >= 0 AND taking_minor >= 0 AND taken_minor >= 0),
    CONSTRAINT order_share_is_there_once PRIMARY KEY (lane, id)
);
CREATE INDEX order_share_by_legal_order ON order_share (lane, legal_order);

-- An order's part in this lane; id is the order's.
CREATE TABLE order_here (
    lane                  int4 NOT NULL,
    id                    text COLLATE "C" NOT NULL,
    person                text COLLATE "C" NOT NULL,
    currency              text COLLATE "C" NOT NULL,
    rank                  int8 NOT NULL,
    limit_minor           int8 NOT NULL,
    frozen_minor          int8 NOT NULL,
    taking_minor          int8 NOT NULL,
    taken_minor           int8 NOT NULL,
    doubtful_minor        int8 NOT NULL,
    word                  int8 NOT NULL,
    seq                   int8 NOT NULL,
    state                 text COLLATE "C" NOT NULL,
    CONSTRAINT order_here_is_not_negative CHECK (limit_minor >= 0 AND taking_minor >= 0 AND taken_minor >= 0 AND doubtful_minor >= 0 AND taking_minor + taken_minor <= frozen_minor),
    CONSTRAINT order_here_is_there_once PRIMARY KEY (lane, id)
);
CREATE INDEX order_here_by_person ON order_here (lane, person);

-- What an order has frozen of one holder, 2040; id order:holder.
CREATE TABLE legal_freeze (
    lane                  int4 NOT NULL,
    id                    text COLLATE "C" NOT NULL,
    legal_order           text COLLATE "C" NOT NULL,
    holder                text COLLATE "C" NOT NULL,
    account               int8 NOT NULL,
    frozen_minor          int8 NOT NULL,
    taking_minor          int8 NOT NULL,
    taken_minor           int8 NOT NULL,
    seq                   int8 NOT NULL,
    CONSTRAINT legal_freeze_is_not_negative CHECK (taking_minor >= 0 AND taken_minor >= 0 AND taking_minor + taken_minor <= frozen_minor),
    CONSTRAINT legal_freeze_is_there_once PRIMARY KEY (lane, id)
);
CREATE INDEX legal_freeze_by_legal_order ON legal_freeze (lane, legal_order);

-- Two people's word that a bid hold of a person under a legal order may be captured; id is the hold's.
CREATE TABLE hold_clearance (
    lane                  int4 NOT NULL,
    id                    text COLLATE "C" NOT NULL,
    seq                   int8 NOT NULL,
    CONSTRAINT hold_clearance_is_there_once PRIMARY KEY (lane, id)
);

-- A correction by two people (冲正): the mirror of one posting of an earlier journal.
CREATE TABLE adjustment (
    lane                  int4 NOT NULL,
    id                    text COLLATE "C" NOT NULL,
    of                    text COLLATE "C" NOT NULL,
    of_seq                int8 NOT NULL,
    line                  int8 NOT NULL,
    holder                text COLLATE "C" NOT NULL,
    amount_minor          int8 NOT NULL,
    asked_by              text COLLATE "C" NOT NULL,
    reason                text COLLATE "C" NOT NULL,
    seq                   int8 NOT NULL,
    state                 text COLLATE "C" NOT NULL,
    CONSTRAINT adjustment_amount_is_positive CHECK (amount_minor > 0),
    CONSTRAINT adjustment_is_there_once PRIMARY KEY (lane, id)
);
CREATE INDEX adjustment_by_of ON adjustment (lane, of);

-- A signed certificate of balances taken over from another custodian (期初导入).
CREATE TABLE certificate (
    lane                  int4 NOT NULL,
    id                    text COLLATE "C" NOT NULL,
    pool                  text COLLATE "C" NOT NULL,
    document_hash         text COLLATE "C" NOT NULL,
    total_minor           int8 NOT NULL,
    holders               int8 NOT NULL,
    seq                   int8 NOT NULL,
    CONSTRAINT certificate_is_there_once PRIMARY KEY (lane, id)
);

-- What a certificate says a client had with the old custodian; id is the holder's.
CREATE TABLE imported_balance (
    lane                  int4 NOT NULL,
    id                    text COLLATE "C" NOT NULL,
    certificate           text COLLATE "C" NOT NULL,
    amount_minor          int8 NOT NULL,
    seq                   int8 NOT NULL,
    CONSTRAINT imported_balance_is_not_negative CHECK (amount_minor >= 0),
    CONSTRAINT imported_balance_is_there_once PRIMARY KEY (lane, id)
);

-- Two people's word that a payment held since a restore may leave; id message:epoch, another restore needs another.
CREATE TABLE payment_release (
    lane                  int4 NOT NULL,
    id                    text COLLATE "C" NOT NULL,
    message               text COLLATE "C" NOT NULL,
    epoch                 int8 NOT NULL,
    seq                   int8 NOT NULL,
    CONSTRAINT payment_release_is_there_once PRIMARY KEY (lane, id)
);

-- ── columns added to rows of the first schema ───────────────────────────────
ALTER TABLE pool ADD COLUMN line_minor int8 NOT NULL DEFAULT 0;
ALTER TABLE holder_account ADD COLUMN waiting_orders int8 NOT NULL DEFAULT 0;
ALTER TABLE holder_account ADD COLUMN legal_orders int8 NOT NULL DEFAULT 0;
ALTER TABLE plan_row ADD COLUMN compensated_principal_minor int8 NOT NULL DEFAULT 0;
ALTER TABLE plan_row ADD COLUMN compensated_interest_minor int8 NOT NULL DEFAULT 0;
ALTER TABLE plan_row ADD COLUMN compensated_late_minor int8 NOT NULL DEFAULT 0;
ALTER TABLE claim ADD COLUMN recourse_interest_minor int8 NOT NULL DEFAULT 0;
ALTER TABLE claim ADD COLUMN recourse_late_minor int8 NOT NULL DEFAULT 0;
ALTER TABLE hold ADD COLUMN mandate text COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE withdrawal ADD COLUMN mandate text COLLATE "C" NOT NULL DEFAULT '';

-- ── which code has written a lane: rows up to `head` were written before this schema was known to its writer, and have the
-- defaults of the columns that were added ─
CREATE TABLE lane_schema (
    lane                  int4 NOT NULL,
    number                int4 NOT NULL,
    head                  int8 NOT NULL,
    CONSTRAINT lane_schema_is_there_once PRIMARY KEY (lane, number)
);

-- ── what a declared restore says (the first schema's epoch had only a reason) ─
-- from which sequence of each lane to which nothing is there, and who answers for it
ALTER TABLE epoch ADD COLUMN restored jsonb NOT NULL DEFAULT '{}';
ALTER TABLE epoch ADD COLUMN declared_by text COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE epoch ADD COLUMN confirmed_by text COLLATE "C" NOT NULL DEFAULT '';

-- ── the plane a lane is to move to: its owner drains it and gives it back, and only that one may take it then ─
ALTER TABLE lease ADD COLUMN successor text COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE claim ADD COLUMN carried_interest_minor int8 NOT NULL DEFAULT 0;
ALTER TABLE claim ADD COLUMN carried_late_minor int8 NOT NULL DEFAULT 0;
ALTER TABLE claim ADD COLUMN acquired_date date;
ALTER TABLE claim ADD CONSTRAINT claim_recourse_is_never_negative
    CHECK (recourse_interest_minor >= 0 AND recourse_late_minor >= 0) NOT VALID;
ALTER TABLE plan_row ADD CONSTRAINT plan_row_is_compensated_within_its_rest CHECK (
    compensated_principal_minor >= 0 AND paid_principal_minor + compensated_principal_minor <= principal_minor AND
    compensated_interest_minor >= 0 AND paid_interest_minor + compensated_interest_minor <= interest_minor AND
    compensated_late_minor >= 0) NOT VALID;
ALTER TABLE claim_move ADD COLUMN recourse_interest_minor int8 NOT NULL DEFAULT 0;
ALTER TABLE claim_move ADD COLUMN recourse_late_minor int8 NOT NULL DEFAULT 0;

-- An index on a table of the first schema stands in 0003_indexes.sql: here it would lock its writers out.

INSERT INTO schema_step (number, name) VALUES (2, '0002_catalogue');
