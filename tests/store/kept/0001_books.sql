SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;
CREATE FUNCTION public.balance_set(wanted integer, accounts bigint[], balances bigint[], seqs bigint[]) RETURNS void
    LANGUAGE plpgsql
    AS $$
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
CREATE FUNCTION public.forbid_change() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    RAISE EXCEPTION '% is append-only: a mistake is corrected by a new journal', TG_TABLE_NAME
        USING ERRCODE = 'CG002';
END $$;
CREATE FUNCTION public.lane_advance(wanted integer, writer bigint, first bigint, last bigint, decided timestamp with time zone) RETURNS void
    LANGUAGE plpgsql
    AS $$
BEGIN
    UPDATE lane SET head = last, at = decided WHERE lane = wanted AND token = writer AND head = first - 1;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'lane % is fenced: token % may not write % to %', wanted, writer, first, last USING ERRCODE = 'CG001';
    END IF;
END $$;
CREATE FUNCTION public.lane_partition(wanted integer) RETURNS void
    LANGUAGE plpgsql
    AS $$
DECLARE name text; part text;
BEGIN
    FOREACH name IN ARRAY ARRAY['instruction', 'journal', 'posting'] LOOP
        part := name || '_' || wanted;
        EXECUTE format('CREATE TABLE %I PARTITION OF %I FOR VALUES IN (%s)', part, name, wanted);
        EXECUTE format('CREATE TRIGGER %I BEFORE TRUNCATE ON %I FOR EACH STATEMENT EXECUTE FUNCTION forbid_change()',
                       part || '_is_never_emptied', part);
    END LOOP;
END $$;
CREATE FUNCTION public.rows_are(counted bigint, expected bigint, what text) RETURNS void
    LANGUAGE plpgsql IMMUTABLE
    AS $$
BEGIN
    IF counted <> expected THEN
        RAISE EXCEPTION '%: % rows for % changes', what, counted, expected USING ERRCODE = 'CG003';
    END IF;
END $$;
SET default_tablespace = '';
SET default_table_access_method = heap;
CREATE TABLE public.account (
    lane integer NOT NULL,
    account bigint NOT NULL,
    code text NOT NULL COLLATE pg_catalog."C",
    owner text NOT NULL COLLATE pg_catalog."C",
    pool text NOT NULL COLLATE pg_catalog."C",
    currency text NOT NULL COLLATE pg_catalog."C",
    CONSTRAINT account_side_is_its_sign CHECK (((account < 0) = (code ~~ '10%'::text)))
);
CREATE TABLE public.authority (
    lane integer NOT NULL,
    seq bigint NOT NULL,
    amount_minor bigint NOT NULL,
    kind text NOT NULL COLLATE pg_catalog."C",
    owner text NOT NULL COLLATE pg_catalog."C",
    type text NOT NULL COLLATE pg_catalog."C",
    payee text NOT NULL COLLATE pg_catalog."C",
    listing text NOT NULL COLLATE pg_catalog."C",
    until text NOT NULL COLLATE pg_catalog."C",
    evidence_kind text NOT NULL COLLATE pg_catalog."C",
    key_id text NOT NULL COLLATE pg_catalog."C",
    canonical bytea NOT NULL,
    challenge bytea NOT NULL,
    public_key bytea NOT NULL,
    evidence bytea NOT NULL,
    CONSTRAINT authority_kind_is_known CHECK ((kind = ANY (ARRAY['P'::text, 'A'::text, 'F'::text, 'L'::text, 'M'::text])))
);
CREATE TABLE public.balance (
    lane integer NOT NULL,
    account bigint NOT NULL,
    balance bigint NOT NULL,
    seq bigint NOT NULL,
    CONSTRAINT balance_is_not_below_its_floor CHECK ((balance >= 0))
)
WITH (fillfactor='70');
CREATE TABLE public.bank_account (
    lane integer NOT NULL,
    id text NOT NULL COLLATE pg_catalog."C",
    pool text NOT NULL COLLATE pg_catalog."C",
    account bigint NOT NULL,
    channel text NOT NULL COLLATE pg_catalog."C",
    reference text NOT NULL COLLATE pg_catalog."C",
    state text NOT NULL COLLATE pg_catalog."C",
    CONSTRAINT bank_account_is_an_asset CHECK ((account < 0))
);
CREATE TABLE public.batch (
    lane integer NOT NULL,
    first_seq bigint NOT NULL,
    last_seq bigint NOT NULL,
    at timestamp with time zone NOT NULL,
    business_date date NOT NULL,
    code_version text NOT NULL COLLATE pg_catalog."C",
    pack_id text NOT NULL COLLATE pg_catalog."C",
    pack_version integer NOT NULL,
    rule_set_hash text NOT NULL COLLATE pg_catalog."C",
    salt_key_id integer NOT NULL,
    CONSTRAINT batch_is_not_empty CHECK (((first_seq >= 1) AND (last_seq >= first_seq)))
);
CREATE TABLE public.card (
    lane integer NOT NULL,
    id text NOT NULL COLLATE pg_catalog."C",
    holder text NOT NULL COLLATE pg_catalog."C",
    payee_hash text NOT NULL COLLATE pg_catalog."C",
    bound_date date NOT NULL,
    cooling_until date NOT NULL,
    state text NOT NULL COLLATE pg_catalog."C"
);
CREATE TABLE public.claim (
    lane integer NOT NULL,
    id text NOT NULL COLLATE pg_catalog."C",
    listing text NOT NULL COLLATE pg_catalog."C",
    holder text NOT NULL COLLATE pg_catalog."C",
    rank bigint NOT NULL,
    weight_minor bigint NOT NULL,
    principal_minor bigint NOT NULL,
    interest_minor bigint NOT NULL,
    late_minor bigint NOT NULL,
    seq bigint NOT NULL,
    state text NOT NULL COLLATE pg_catalog."C",
    CONSTRAINT claim_is_never_negative CHECK (((principal_minor >= 0) AND (interest_minor >= 0) AND (late_minor >= 0)))
)
WITH (fillfactor='70');
CREATE TABLE public.claim_move (
    lane integer NOT NULL,
    seq bigint NOT NULL,
    line integer NOT NULL,
    principal_minor bigint NOT NULL,
    interest_minor bigint NOT NULL,
    late_minor bigint NOT NULL,
    claim text NOT NULL COLLATE pg_catalog."C",
    listing text NOT NULL COLLATE pg_catalog."C",
    holder text NOT NULL COLLATE pg_catalog."C"
);
CREATE TABLE public.clearing (
    lane integer NOT NULL,
    id text NOT NULL COLLATE pg_catalog."C",
    pool text NOT NULL COLLATE pg_catalog."C",
    channel text NOT NULL COLLATE pg_catalog."C",
    settle_date date NOT NULL,
    account bigint NOT NULL,
    CONSTRAINT clearing_is_an_asset CHECK ((account < 0))
);
CREATE TABLE public.client_key (
    lane integer NOT NULL,
    id text NOT NULL COLLATE pg_catalog."C",
    holder text NOT NULL COLLATE pg_catalog."C",
    evidence_kind text NOT NULL COLLATE pg_catalog."C",
    public_key bytea NOT NULL,
    state text NOT NULL COLLATE pg_catalog."C"
);
CREATE TABLE public.deposit (
    lane integer NOT NULL,
    id text NOT NULL COLLATE pg_catalog."C",
    holder text NOT NULL COLLATE pg_catalog."C",
    channel text NOT NULL COLLATE pg_catalog."C",
    clearing text NOT NULL COLLATE pg_catalog."C",
    amount_minor bigint NOT NULL,
    seq bigint NOT NULL,
    state text NOT NULL COLLATE pg_catalog."C",
    CONSTRAINT deposit_amount_is_positive CHECK ((amount_minor > 0))
);
CREATE TABLE public.epoch (
    epoch integer NOT NULL,
    installation uuid DEFAULT gen_random_uuid() NOT NULL,
    declared_at timestamp with time zone DEFAULT now() NOT NULL,
    reason text NOT NULL,
    heads jsonb NOT NULL
);
CREATE TABLE public.exposure (
    lane integer NOT NULL,
    id text NOT NULL COLLATE pg_catalog."C",
    person text NOT NULL COLLATE pg_catalog."C",
    reserved_minor bigint NOT NULL,
    CONSTRAINT exposure_is_not_negative CHECK ((reserved_minor >= 0))
);
CREATE TABLE public.fee_consent (
    lane integer NOT NULL,
    id text NOT NULL COLLATE pg_catalog."C",
    holder text NOT NULL COLLATE pg_catalog."C",
    schedule text NOT NULL COLLATE pg_catalog."C",
    version bigint NOT NULL,
    authority bigint NOT NULL,
    month text NOT NULL COLLATE pg_catalog."C",
    used_month_minor bigint NOT NULL,
    state text NOT NULL COLLATE pg_catalog."C"
);
CREATE TABLE public.fee_schedule (
    lane integer NOT NULL,
    id text NOT NULL COLLATE pg_catalog."C",
    schedule text NOT NULL COLLATE pg_catalog."C",
    version bigint NOT NULL,
    published_date date NOT NULL,
    items jsonb NOT NULL,
    state text NOT NULL COLLATE pg_catalog."C"
);
CREATE TABLE public.hold (
    lane integer NOT NULL,
    id text NOT NULL COLLATE pg_catalog."C",
    owner text NOT NULL COLLATE pg_catalog."C",
    account bigint NOT NULL,
    purpose text NOT NULL COLLATE pg_catalog."C",
    listing text NOT NULL COLLATE pg_catalog."C",
    amount_minor bigint NOT NULL,
    captured_minor bigint NOT NULL,
    released_minor bigint NOT NULL,
    release_by date NOT NULL,
    authority bigint NOT NULL,
    seq bigint NOT NULL,
    state text NOT NULL COLLATE pg_catalog."C",
    CONSTRAINT hold_is_never_used_twice CHECK (((amount_minor > 0) AND (captured_minor >= 0) AND (released_minor >= 0) AND ((captured_minor + released_minor) <= amount_minor)))
)
WITH (fillfactor='80');
CREATE TABLE public.holder_account (
    lane integer NOT NULL,
    id text NOT NULL COLLATE pg_catalog."C",
    person text NOT NULL COLLATE pg_catalog."C",
    pool text NOT NULL COLLATE pg_catalog."C",
    role text NOT NULL COLLATE pg_catalog."C",
    kind text NOT NULL COLLATE pg_catalog."C",
    state text NOT NULL COLLATE pg_catalog."C",
    base bigint NOT NULL,
    key_id text NOT NULL COLLATE pg_catalog."C",
    method text NOT NULL COLLATE pg_catalog."C",
    source text NOT NULL COLLATE pg_catalog."C"
)
WITH (fillfactor='90');
CREATE TABLE public.instruction (
    lane integer NOT NULL,
    seq bigint NOT NULL,
    code integer NOT NULL,
    version integer NOT NULL,
    id text NOT NULL COLLATE pg_catalog."C",
    kind text NOT NULL COLLATE pg_catalog."C",
    state text NOT NULL COLLATE pg_catalog."C",
    why text NOT NULL,
    body bytea NOT NULL,
    detail bytea NOT NULL,
    CONSTRAINT instruction_state_is_known CHECK ((state = ANY (ARRAY['done'::text, 'refused'::text, 'quarantined'::text])))
)
PARTITION BY LIST (lane);
CREATE TABLE public.instruction_default (
    lane integer CONSTRAINT instruction_lane_not_null NOT NULL,
    seq bigint CONSTRAINT instruction_seq_not_null NOT NULL,
    code integer CONSTRAINT instruction_code_not_null NOT NULL,
    version integer CONSTRAINT instruction_version_not_null NOT NULL,
    id text CONSTRAINT instruction_id_not_null NOT NULL COLLATE pg_catalog."C",
    kind text CONSTRAINT instruction_kind_not_null NOT NULL COLLATE pg_catalog."C",
    state text CONSTRAINT instruction_state_not_null NOT NULL COLLATE pg_catalog."C",
    why text CONSTRAINT instruction_why_not_null NOT NULL,
    body bytea CONSTRAINT instruction_body_not_null NOT NULL,
    detail bytea CONSTRAINT instruction_detail_not_null NOT NULL,
    CONSTRAINT instruction_state_is_known CHECK ((state = ANY (ARRAY['done'::text, 'refused'::text, 'quarantined'::text])))
);
CREATE TABLE public.instruction_key (
    lane integer NOT NULL,
    seq bigint NOT NULL,
    key16 bytea NOT NULL
);
CREATE TABLE public.journal (
    lane integer NOT NULL,
    seq bigint NOT NULL,
    postings integer NOT NULL,
    value_date date,
    template text NOT NULL COLLATE pg_catalog."C",
    CONSTRAINT journal_has_postings CHECK ((postings > 0))
)
PARTITION BY LIST (lane);
CREATE TABLE public.journal_default (
    lane integer CONSTRAINT journal_lane_not_null NOT NULL,
    seq bigint CONSTRAINT journal_seq_not_null NOT NULL,
    postings integer CONSTRAINT journal_postings_not_null NOT NULL,
    value_date date,
    template text CONSTRAINT journal_template_not_null NOT NULL COLLATE pg_catalog."C",
    CONSTRAINT journal_has_postings CHECK ((postings > 0))
);
CREATE TABLE public.lane (
    lane integer NOT NULL,
    token bigint NOT NULL,
    head bigint NOT NULL,
    at timestamp with time zone,
    sequenced_head bigint DEFAULT 0 NOT NULL,
    CONSTRAINT lane_only_grows CHECK (((head >= 0) AND (token >= 0) AND (sequenced_head <= head)))
)
WITH (fillfactor='20');
CREATE TABLE public.lane_day (
    lane integer NOT NULL,
    id text NOT NULL COLLATE pg_catalog."C",
    business_date date NOT NULL,
    next_account bigint NOT NULL,
    state text NOT NULL COLLATE pg_catalog."C",
    platform text NOT NULL COLLATE pg_catalog."C",
    pack text NOT NULL COLLATE pg_catalog."C",
    sandbox boolean NOT NULL
)
WITH (fillfactor='20');
CREATE TABLE public.lane_number (
    lane integer NOT NULL,
    id text NOT NULL COLLATE pg_catalog."C",
    platform text NOT NULL COLLATE pg_catalog."C"
);
CREATE TABLE public.lease (
    lane integer NOT NULL,
    owner text NOT NULL COLLATE pg_catalog."C",
    token bigint NOT NULL,
    until timestamp with time zone NOT NULL
)
WITH (fillfactor='20');
CREATE TABLE public.listing (
    lane integer NOT NULL,
    id text NOT NULL COLLATE pg_catalog."C",
    pool text NOT NULL COLLATE pg_catalog."C",
    borrower text NOT NULL COLLATE pg_catalog."C",
    amount_minor bigint NOT NULL,
    rate_e6 bigint NOT NULL,
    rule text NOT NULL COLLATE pg_catalog."C",
    months bigint NOT NULL,
    raise_until date NOT NULL,
    release_by date NOT NULL,
    full_by date,
    grace_days bigint NOT NULL,
    late_rate_e6 bigint,
    early boolean NOT NULL,
    fee_schedule text NOT NULL COLLATE pg_catalog."C",
    fee_item text NOT NULL COLLATE pg_catalog."C",
    recorded jsonb NOT NULL,
    reservation text NOT NULL COLLATE pg_catalog."C",
    held_minor bigint NOT NULL,
    lent_minor bigint NOT NULL,
    repaid_minor bigint NOT NULL,
    interest_minor bigint NOT NULL,
    late_minor bigint NOT NULL,
    disbursed_date date,
    seq bigint NOT NULL,
    state text NOT NULL COLLATE pg_catalog."C",
    CONSTRAINT listing_is_never_overpaid CHECK (((repaid_minor >= 0) AND (repaid_minor <= lent_minor))),
    CONSTRAINT listing_is_never_oversubscribed CHECK (((held_minor >= 0) AND (lent_minor >= 0) AND ((held_minor + lent_minor) <= amount_minor)))
)
WITH (fillfactor='50');
CREATE TABLE public.lock_order (
    lane integer NOT NULL,
    id text NOT NULL COLLATE pg_catalog."C",
    person text NOT NULL COLLATE pg_catalog."C",
    state text NOT NULL COLLATE pg_catalog."C",
    reason text NOT NULL COLLATE pg_catalog."C"
);
CREATE TABLE public.mandate (
    lane integer NOT NULL,
    id text NOT NULL COLLATE pg_catalog."C",
    holder text NOT NULL COLLATE pg_catalog."C",
    type text NOT NULL COLLATE pg_catalog."C",
    cap_minor bigint NOT NULL,
    used_minor bigint NOT NULL,
    until date NOT NULL,
    listing text NOT NULL COLLATE pg_catalog."C",
    authority bigint NOT NULL,
    state text NOT NULL COLLATE pg_catalog."C",
    CONSTRAINT mandate_is_used_within_its_cap CHECK (((used_minor >= 0) AND (used_minor <= cap_minor)))
)
WITH (fillfactor='70');
CREATE TABLE public.outbox (
    lane integer NOT NULL,
    id text NOT NULL COLLATE pg_catalog."C",
    channel text NOT NULL COLLATE pg_catalog."C",
    kind text NOT NULL COLLATE pg_catalog."C",
    payload bytea NOT NULL,
    seq bigint NOT NULL,
    state text NOT NULL COLLATE pg_catalog."C"
);
CREATE TABLE public.person (
    lane integer NOT NULL,
    id text NOT NULL COLLATE pg_catalog."C",
    kind text NOT NULL COLLATE pg_catalog."C",
    state text NOT NULL COLLATE pg_catalog."C",
    method text NOT NULL COLLATE pg_catalog."C",
    source text NOT NULL COLLATE pg_catalog."C",
    lock text NOT NULL COLLATE pg_catalog."C"
);
CREATE TABLE public.person_here (
    lane integer NOT NULL,
    id text NOT NULL COLLATE pg_catalog."C",
    state text NOT NULL COLLATE pg_catalog."C",
    act text NOT NULL COLLATE pg_catalog."C"
);
CREATE TABLE public.person_link (
    lane integer NOT NULL,
    id text NOT NULL COLLATE pg_catalog."C",
    person text NOT NULL COLLATE pg_catalog."C",
    for_lane bigint NOT NULL
);
CREATE TABLE public.plan_row (
    lane integer NOT NULL,
    id text NOT NULL COLLATE pg_catalog."C",
    listing text NOT NULL COLLATE pg_catalog."C",
    number bigint NOT NULL,
    due_date date NOT NULL,
    principal_minor bigint NOT NULL,
    interest_minor bigint NOT NULL,
    paid_principal_minor bigint NOT NULL,
    paid_interest_minor bigint NOT NULL,
    paid_late_minor bigint NOT NULL,
    state text NOT NULL COLLATE pg_catalog."C",
    CONSTRAINT plan_row_is_never_overpaid CHECK ((((paid_principal_minor >= 0) AND (paid_principal_minor <= principal_minor)) AND ((paid_interest_minor >= 0) AND (paid_interest_minor <= interest_minor)) AND (paid_late_minor >= 0)))
)
WITH (fillfactor='70');
CREATE TABLE public.platform (
    lane integer NOT NULL,
    id text NOT NULL COLLATE pg_catalog."C",
    for_lane bigint NOT NULL,
    pack text NOT NULL COLLATE pg_catalog."C",
    state text NOT NULL COLLATE pg_catalog."C",
    sandbox boolean NOT NULL
);
CREATE TABLE public.pool (
    lane integer NOT NULL,
    id text NOT NULL COLLATE pg_catalog."C",
    currency text NOT NULL COLLATE pg_catalog."C",
    regime text NOT NULL COLLATE pg_catalog."C",
    state text NOT NULL COLLATE pg_catalog."C",
    base bigint NOT NULL,
    firm bigint NOT NULL
);
CREATE TABLE public.posting (
    lane integer NOT NULL,
    seq bigint NOT NULL,
    line integer NOT NULL,
    debit_account bigint NOT NULL,
    credit_account bigint NOT NULL,
    amount_minor bigint NOT NULL,
    debit_after bigint NOT NULL,
    credit_after bigint NOT NULL,
    authority bigint,
    opened bigint,
    CONSTRAINT posting_amount_is_positive CHECK ((amount_minor > 0)),
    CONSTRAINT posting_leaves_nothing_below_zero CHECK (((debit_after >= 0) AND (credit_after >= 0))),
    CONSTRAINT posting_sides_differ CHECK ((debit_account <> credit_account))
)
PARTITION BY LIST (lane);
CREATE TABLE public.posting_default (
    lane integer CONSTRAINT posting_lane_not_null NOT NULL,
    seq bigint CONSTRAINT posting_seq_not_null NOT NULL,
    line integer CONSTRAINT posting_line_not_null NOT NULL,
    debit_account bigint CONSTRAINT posting_debit_account_not_null NOT NULL,
    credit_account bigint CONSTRAINT posting_credit_account_not_null NOT NULL,
    amount_minor bigint CONSTRAINT posting_amount_minor_not_null NOT NULL,
    debit_after bigint CONSTRAINT posting_debit_after_not_null NOT NULL,
    credit_after bigint CONSTRAINT posting_credit_after_not_null NOT NULL,
    authority bigint,
    opened bigint,
    CONSTRAINT posting_amount_is_positive CHECK ((amount_minor > 0)),
    CONSTRAINT posting_leaves_nothing_below_zero CHECK (((debit_after >= 0) AND (credit_after >= 0))),
    CONSTRAINT posting_sides_differ CHECK ((debit_account <> credit_account))
);
CREATE TABLE public.reservation (
    lane integer NOT NULL,
    id text NOT NULL COLLATE pg_catalog."C",
    person text NOT NULL COLLATE pg_catalog."C",
    for_lane bigint NOT NULL,
    instruction_id text NOT NULL COLLATE pg_catalog."C",
    currency text NOT NULL COLLATE pg_catalog."C",
    amount_minor bigint NOT NULL,
    review_date date NOT NULL,
    state text NOT NULL COLLATE pg_catalog."C",
    CONSTRAINT reservation_is_not_negative CHECK ((amount_minor >= 0))
);
CREATE TABLE public.run (
    lane integer NOT NULL,
    id text NOT NULL COLLATE pg_catalog."C",
    kind text NOT NULL COLLATE pg_catalog."C",
    listing text NOT NULL COLLATE pg_catalog."C",
    holder text NOT NULL COLLATE pg_catalog."C",
    plan_row text NOT NULL COLLATE pg_catalog."C",
    steps bigint NOT NULL,
    next_step bigint NOT NULL,
    total_minor bigint NOT NULL,
    authority bigint NOT NULL,
    fee_authority bigint NOT NULL,
    seq bigint NOT NULL,
    state text NOT NULL COLLATE pg_catalog."C",
    CONSTRAINT run_step_is_in_range CHECK (((next_step >= 1) AND (next_step <= (steps + 1))))
);
CREATE TABLE public.run_item (
    lane integer NOT NULL,
    id text NOT NULL COLLATE pg_catalog."C",
    step text NOT NULL COLLATE pg_catalog."C",
    subject text NOT NULL COLLATE pg_catalog."C",
    holder text NOT NULL COLLATE pg_catalog."C",
    principal_minor bigint NOT NULL,
    interest_minor bigint NOT NULL,
    late_minor bigint NOT NULL,
    fee_minor bigint NOT NULL,
    CONSTRAINT run_item_is_never_negative CHECK (((principal_minor >= 0) AND (interest_minor >= 0) AND (late_minor >= 0) AND (fee_minor >= 0)))
);
CREATE TABLE public.salt_key (
    salt_key_id integer NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL
);
CREATE TABLE public.schema_step (
    number integer NOT NULL,
    name text NOT NULL COLLATE pg_catalog."C",
    applied_at timestamp with time zone DEFAULT now() NOT NULL
);
CREATE TABLE public.state_move (
    lane integer NOT NULL,
    seq bigint NOT NULL,
    line integer NOT NULL,
    machine text NOT NULL COLLATE pg_catalog."C",
    subject text NOT NULL COLLATE pg_catalog."C",
    event text NOT NULL COLLATE pg_catalog."C",
    state text NOT NULL COLLATE pg_catalog."C"
);
CREATE TABLE public.withdrawal (
    lane integer NOT NULL,
    id text NOT NULL COLLATE pg_catalog."C",
    holder text NOT NULL COLLATE pg_catalog."C",
    card text NOT NULL COLLATE pg_catalog."C",
    payee_hash text NOT NULL COLLATE pg_catalog."C",
    bank_account text NOT NULL COLLATE pg_catalog."C",
    amount_minor bigint NOT NULL,
    fee_minor bigint NOT NULL,
    end_to_end_id text NOT NULL COLLATE pg_catalog."C",
    authority bigint NOT NULL,
    fee_authority bigint NOT NULL,
    seq bigint NOT NULL,
    state text NOT NULL COLLATE pg_catalog."C",
    CONSTRAINT withdrawal_amount_is_positive CHECK (((amount_minor > 0) AND (fee_minor >= 0)))
);
ALTER TABLE ONLY public.instruction ATTACH PARTITION public.instruction_default DEFAULT;
ALTER TABLE ONLY public.journal ATTACH PARTITION public.journal_default DEFAULT;
ALTER TABLE ONLY public.posting ATTACH PARTITION public.posting_default DEFAULT;
INSERT INTO public.account VALUES
	(1, 1, '2110', 'main', 'main', 'CNY'),
	(1, 2, '2120', 'main', 'main', 'CNY'),
	(1, 3, '2125', 'main', 'main', 'CNY'),
	(1, 4, '2130', 'main', 'main', 'CNY'),
	(1, 5, '2150', 'main', 'main', 'CNY'),
	(1, 6, '2210', 'main', 'main', 'CNY'),
	(1, 7, '2220', 'main', 'main', 'CNY'),
	(1, 8, '2230', 'main', 'main', 'CNY'),
	(1, 9, '2240', 'main', 'main', 'CNY'),
	(1, 10, '3010', 'main', 'main', 'CNY'),
	(1, -11, '1030', 'main', 'main', 'CNY'),
	(1, -12, '1010', 'bank', 'main', 'CNY'),
	(1, 13, '2010', 'B', 'main', 'CNY'),
	(1, 14, '2015', 'B', 'main', 'CNY'),
	(1, 15, '2020', 'B', 'main', 'CNY'),
	(1, 16, '2030', 'B', 'main', 'CNY'),
	(1, 17, '2040', 'B', 'main', 'CNY'),
	(1, 18, '2010', 'L1', 'main', 'CNY'),
	(1, 19, '2015', 'L1', 'main', 'CNY'),
	(1, 20, '2020', 'L1', 'main', 'CNY'),
	(1, 21, '2030', 'L1', 'main', 'CNY'),
	(1, 22, '2040', 'L1', 'main', 'CNY'),
	(1, 23, '2010', 'L2', 'main', 'CNY'),
	(1, 24, '2015', 'L2', 'main', 'CNY'),
	(1, 25, '2020', 'L2', 'main', 'CNY'),
	(1, 26, '2030', 'L2', 'main', 'CNY'),
	(1, 27, '2040', 'L2', 'main', 'CNY'),
	(1, 28, '2010', 'L3', 'main', 'CNY'),
	(1, 29, '2015', 'L3', 'main', 'CNY'),
	(1, 30, '2020', 'L3', 'main', 'CNY'),
	(1, 31, '2030', 'L3', 'main', 'CNY'),
	(1, 32, '2040', 'L3', 'main', 'CNY'),
	(1, -33, '1020', 'main:fastpay:2024-03-05', 'main', 'CNY'),
	(2, 1, '2110', 'main', 'main', 'CNY'),
	(2, 2, '2120', 'main', 'main', 'CNY'),
	(2, 3, '2125', 'main', 'main', 'CNY'),
	(2, 4, '2130', 'main', 'main', 'CNY'),
	(2, 5, '2150', 'main', 'main', 'CNY'),
	(2, 6, '2210', 'main', 'main', 'CNY'),
	(2, 7, '2220', 'main', 'main', 'CNY'),
	(2, 8, '2230', 'main', 'main', 'CNY'),
	(2, 9, '2240', 'main', 'main', 'CNY'),
	(2, 10, '3010', 'main', 'main', 'CNY'),
	(2, -11, '1030', 'main', 'main', 'CNY'),
	(2, -12, '1010', 'bank', 'main', 'CNY'),
	(2, 13, '2010', 'B2', 'main', 'CNY'),
	(2, 14, '2015', 'B2', 'main', 'CNY'),
	(2, 15, '2020', 'B2', 'main', 'CNY'),
	(2, 16, '2030', 'B2', 'main', 'CNY'),
	(2, 17, '2040', 'B2', 'main', 'CNY'),
	(2, 18, '2010', 'M', 'main', 'CNY'),
	(2, 19, '2015', 'M', 'main', 'CNY'),
	(2, 20, '2020', 'M', 'main', 'CNY'),
	(2, 21, '2030', 'M', 'main', 'CNY'),
	(2, 22, '2040', 'M', 'main', 'CNY');
INSERT INTO public.authority VALUES
	(1, 4, 0, 'P', 'L1', 'card_binding', 'payee:L1', '', '', 'sandbox_ed25519', 'L1:key', '\x617574686f726974790a310a7b226c616e65223a312c22696e737472756374696f6e5f6964223a2262696e643a4c313a63617264222c226b696e64223a2250222c226f776e6572223a224c31222c2274797065223a22636172645f62696e64696e67222c22616d6f756e745f6d696e6f72223a302c227061796565223a2270617965653a4c31222c226c697374696e67223a22222c22756e74696c223a22227d', '\xd91c498fedf11c5a234e6504e7c367b2759de3d25cf6dd34712646cf8fa19d13', '\x6841f7ef9985ee9cd2d857a450f51414321851f08d85be013a5c91f3f6255d73', '\xacd4c143dad1d54bbe391fb1baacfaffd709c2f63b2bb114282f3517dc07f0ae615dbd7ec18d68ddd37bd7ee933b56467e43a602ce229990970f4f49f82f4102'),
	(1, 7, 0, 'P', 'L2', 'card_binding', 'payee:L2', '', '', 'sandbox_ed25519', 'L2:key', '\x617574686f726974790a310a7b226c616e65223a312c22696e737472756374696f6e5f6964223a2262696e643a4c323a63617264222c226b696e64223a2250222c226f776e6572223a224c32222c2274797065223a22636172645f62696e64696e67222c22616d6f756e745f6d696e6f72223a302c227061796565223a2270617965653a4c32222c226c697374696e67223a22222c22756e74696c223a22227d', '\x1e14e972c1f854fcec441346d8b5e733591baebc8e47a01dbf1d3f76c6e75f69', '\x0b3206d275c97427c199407cc85c445ea94ba86af4b72916b9baf6d7fba40b2a', '\x6e18ed68ae1fd79cd10d4fea70f0d4d27a1ff36e1d0d7afa559184027d575dcbbb2bfe0d93f024f3619441209bb589958f761fbf67814934c6d32105cbb3ef0a'),
	(1, 10, 0, 'P', 'L3', 'card_binding', 'payee:L3', '', '', 'sandbox_ed25519', 'L3:key', '\x617574686f726974790a310a7b226c616e65223a312c22696e737472756374696f6e5f6964223a2262696e643a4c333a63617264222c226b696e64223a2250222c226f776e6572223a224c33222c2274797065223a22636172645f62696e64696e67222c22616d6f756e745f6d696e6f72223a302c227061796565223a2270617965653a4c33222c226c697374696e67223a22222c22756e74696c223a22227d', '\xcaaa0515da5274196e092fe6e7aa2f199eb86fb9a43ac5c6c6feb04ecfeb63c8', '\x1f56fd3dc90e3d8d9ae71a6d4f494aa3a6df505105dca2e7f3af1c88b8e33ce2', '\x0c783abf69df9f92322578f47c17c58e41d4d4cfb518b558f528467a8b2fafb2fdc82de5700907075e3e6ef5edec85021650e222d0a2290018e26ef5eb13f707'),
	(1, 12, 0, 'P', 'B', 'card_binding', 'payee:B', '', '', 'sandbox_ed25519', 'B:key', '\x617574686f726974790a310a7b226c616e65223a312c22696e737472756374696f6e5f6964223a2262696e643a423a63617264222c226b696e64223a2250222c226f776e6572223a2242222c2274797065223a22636172645f62696e64696e67222c22616d6f756e745f6d696e6f72223a302c227061796565223a2270617965653a42222c226c697374696e67223a22222c22756e74696c223a22227d', '\x2d6da7b27a5d6db0d84331dd878aff18eefba9ce5d13176c1376f7aaa343f48f', '\x182b3a77a6197aaed930e4c6c6a44e4058a44b9bd98f6f796df09191b2e6e49e', '\xb867edee4d226e366446bc499605aec155d3b0f3c9d261f1ffdd5fe9dea356ed2e797444b0b190d37b3eb263652574d881e9f67e81e595ef379b5ed4cf050f02'),
	(1, 14, 0, 'F', 'B', 'fee_consent', 'fees:1', '', '', 'sandbox_ed25519', 'B:key', '\x617574686f726974790a310a7b226c616e65223a312c22696e737472756374696f6e5f6964223a22636f6e73656e743a423a666565733a31222c226b696e64223a2246222c226f776e6572223a2242222c2274797065223a226665655f636f6e73656e74222c22616d6f756e745f6d696e6f72223a302c227061796565223a22666565733a31222c226c697374696e67223a22222c22756e74696c223a22227d', '\x49d804b8b6a8b2c736ee84fe60bf9f84c9e1fcf0589b270a59e02074d75a1892', '\x182b3a77a6197aaed930e4c6c6a44e4058a44b9bd98f6f796df09191b2e6e49e', '\x82e0a687a6454354ab68a450a2ebeed44131089b99dc6c5453de270f0a05c51fcebd0b1a44c1e9edb2c8a627496367af3e68862127896c2fb7a3b16ad774560a'),
	(1, 15, 0, 'F', 'L1', 'fee_consent', 'fees:1', '', '', 'sandbox_ed25519', 'L1:key', '\x617574686f726974790a310a7b226c616e65223a312c22696e737472756374696f6e5f6964223a22636f6e73656e743a4c313a666565733a31222c226b696e64223a2246222c226f776e6572223a224c31222c2274797065223a226665655f636f6e73656e74222c22616d6f756e745f6d696e6f72223a302c227061796565223a22666565733a31222c226c697374696e67223a22222c22756e74696c223a22227d', '\xd2423319ef2058ef90138bcb4bf41521bf7573fccbb79b4dc6d84a7bb4371783', '\x6841f7ef9985ee9cd2d857a450f51414321851f08d85be013a5c91f3f6255d73', '\x8aca04be0b53b5bdd6897937e637ce624fb4b903a655dbc065ff0cf448bd877c10cc34d163aaa803f2bd7e7ca18bc6c51b9f52a61f0d2e51087bda6a4a98a106'),
	(1, 17, 10000000, 'P', 'B', 'listing_registration', 'B', 'X', '', 'sandbox_ed25519', 'B:key', '\x617574686f726974790a310a7b226c616e65223a312c22696e737472756374696f6e5f6964223a227265673a58222c226b696e64223a2250222c226f776e6572223a2242222c2274797065223a226c697374696e675f726567697374726174696f6e222c22616d6f756e745f6d696e6f72223a31303030303030302c227061796565223a2242222c226c697374696e67223a2258222c22756e74696c223a22227d', '\x9aa63c4f79543e8fe78fbd0af76a02cdcde6728e41bde92ada72921e70b18340', '\x182b3a77a6197aaed930e4c6c6a44e4058a44b9bd98f6f796df09191b2e6e49e', '\xc1ee63d967c4bd61f6f01bbf0fec7e877f1ca25e4faaa8f29e72759f9e4430892267ac08eb6be8f97bb106e565acc90d32962dfc8a26c7737dabed3bff4f510b'),
	(1, 18, 6000000, 'P', 'L1', 'bid', 'X', 'X', '', 'sandbox_ed25519', 'L1:key', '\x617574686f726974790a310a7b226c616e65223a312c22696e737472756374696f6e5f6964223a226269643a4c313a58222c226b696e64223a2250222c226f776e6572223a224c31222c2274797065223a22626964222c22616d6f756e745f6d696e6f72223a363030303030302c227061796565223a2258222c226c697374696e67223a2258222c22756e74696c223a22227d', '\xbd8a42ea962635c4b96c5dcd15379057f3113c8107d63c19fde3bec5d19258ab', '\x6841f7ef9985ee9cd2d857a450f51414321851f08d85be013a5c91f3f6255d73', '\x050664d3d5f0519d5e191151f14f8e7af943ae7d39fa5d58897998b9b3b472f485327d1937437db7711dcddacf50a697a8d4c73265296acefcf4d9514a95c101'),
	(1, 19, 4000000, 'A', 'L2', 'bid', '', '', '2025-03-01', 'sandbox_ed25519', 'L2:key', '\x617574686f726974790a310a7b226c616e65223a312c22696e737472756374696f6e5f6964223a224c323a6269643a31222c226b696e64223a2241222c226f776e6572223a224c32222c2274797065223a22626964222c22616d6f756e745f6d696e6f72223a343030303030302c227061796565223a22222c226c697374696e67223a22222c22756e74696c223a22323032352d30332d3031227d', '\x90c25dfbbb90f74efc951ca8a61db85354960b551520a749c465383614cdf752', '\x0b3206d275c97427c199407cc85c445ea94ba86af4b72916b9baf6d7fba40b2a', '\xb239b546c9a5c1e5ac765bfe418445d45779f8a0852f2f5a0e88320ad8099bee647ccc3a92b58a497a3458b90032ec856a432bf2fd24f627a3f079db0242b309'),
	(1, 21, 0, 'P', 'L2', 'mandate_revoke', 'L2:bid:1', '', '', 'sandbox_ed25519', 'L2:key', '\x617574686f726974790a310a7b226c616e65223a312c22696e737472756374696f6e5f6964223a227265766f6b65222c226b696e64223a2250222c226f776e6572223a224c32222c2274797065223a226d616e646174655f7265766f6b65222c22616d6f756e745f6d696e6f72223a302c227061796565223a224c323a6269643a31222c226c697374696e67223a22222c22756e74696c223a22227d', '\x5802bd65e0bb1fedf60456bb02b40557bd978c51cd3bf9fdb0218646749d0bf0', '\x0b3206d275c97427c199407cc85c445ea94ba86af4b72916b9baf6d7fba40b2a', '\x16c4f4ef2a84762a64df4ee2a6a4cfe18d00a1ad7c8d2e68692d78b19a34c9763603bac78d89b9c4528f34d88bc8fce1eedc87250b47f7ba64d9b1f689a8c902'),
	(1, 22, 500000, 'P', 'L3', 'bid', 'X', 'X', '', 'sandbox_ed25519', 'L3:key', '\x617574686f726974790a310a7b226c616e65223a312c22696e737472756374696f6e5f6964223a226269643a6669727374222c226b696e64223a2250222c226f776e6572223a224c33222c2274797065223a22626964222c22616d6f756e745f6d696e6f72223a3530303030302c227061796565223a2258222c226c697374696e67223a2258222c22756e74696c223a22227d', '\xa2db1cad49bf787181452d18f3b9c95981508925b144c48f0f3589384572a286', '\x1f56fd3dc90e3d8d9ae71a6d4f494aa3a6df505105dca2e7f3af1c88b8e33ce2', '\xdd2b5ad221b7fa75869dcdb0c87cb8098858564f23d24a888c38fddac326b3d1dd96576bac702ddafb0858c9ec51c4df01365b4fc9becf828276b14ff679750c'),
	(1, 23, 500000, 'P', 'L3', 'bid_cancel', 'L3', '', '', 'sandbox_ed25519', 'L3:key', '\x617574686f726974790a310a7b226c616e65223a312c22696e737472756374696f6e5f6964223a2263616e63656c222c226b696e64223a2250222c226f776e6572223a224c33222c2274797065223a226269645f63616e63656c222c22616d6f756e745f6d696e6f72223a3530303030302c227061796565223a224c33222c226c697374696e67223a22222c22756e74696c223a22227d', '\x0833fcad7a4708079c50cec1405744c774fc6e6df8fdd872507858ba00320c09', '\x1f56fd3dc90e3d8d9ae71a6d4f494aa3a6df505105dca2e7f3af1c88b8e33ce2', '\x64c55fe582ab43e99e2eb126d3b8132c89bcf8c1c8b6308ef79359034306f6af1bd96316fbc0226c4711b57c5360fcce90a69bd54ef5d5028d30422b5083630a'),
	(1, 24, 990000, 'P', 'L3', 'bid', 'X', 'X', '', 'sandbox_ed25519', 'L3:key', '\x617574686f726974790a310a7b226c616e65223a312c22696e737472756374696f6e5f6964223a226269643a4c333a58222c226b696e64223a2250222c226f776e6572223a224c33222c2274797065223a22626964222c22616d6f756e745f6d696e6f72223a3939303030302c227061796565223a2258222c226c697374696e67223a2258222c22756e74696c223a22227d', '\x55c76661c3971276b724a116f3cd60bdd7b07dcb2264047eeb4fdac927aff770', '\x1f56fd3dc90e3d8d9ae71a6d4f494aa3a6df505105dca2e7f3af1c88b8e33ce2', '\x775b1c9d1c6aeb55e5a60c8a7b636b5233034de24aa21c3cd004910b3de5a84783ef7d287269e499e2f9291a88b8cad7e64f69d02cecfca285a96f4c11580707'),
	(1, 27, 400000, 'P', 'B', 'listing_registration', 'B', 'Y', '', 'sandbox_ed25519', 'B:key', '\x617574686f726974790a310a7b226c616e65223a312c22696e737472756374696f6e5f6964223a227265673a59222c226b696e64223a2250222c226f776e6572223a2242222c2274797065223a226c697374696e675f726567697374726174696f6e222c22616d6f756e745f6d696e6f72223a3430303030302c227061796565223a2242222c226c697374696e67223a2259222c22756e74696c223a22227d', '\x5117e9fa1b2618bcef9a0ce9ef7fcea4a55f79461855c12f6ee6d628d4f432eb', '\x182b3a77a6197aaed930e4c6c6a44e4058a44b9bd98f6f796df09191b2e6e49e', '\x929b9f41a50e13e1ab9adb9dd26a074334d4b14fcdb44f5130d7932309e126245e3a67ca84ebcd25d50a869de4bcc6171551db99d30dcc2a40f2d7188067ca09'),
	(1, 28, 300000, 'P', 'L3', 'bid', 'Y', 'Y', '', 'sandbox_ed25519', 'L3:key', '\x617574686f726974790a310a7b226c616e65223a312c22696e737472756374696f6e5f6964223a226269643a4c333a59222c226b696e64223a2250222c226f776e6572223a224c33222c2274797065223a22626964222c22616d6f756e745f6d696e6f72223a3330303030302c227061796565223a2259222c226c697374696e67223a2259222c22756e74696c223a22227d', '\x5f9261fe97d9cbabe2f69e08f8916508010222aa5444fb645aa00cdc4b79aeb9', '\x1f56fd3dc90e3d8d9ae71a6d4f494aa3a6df505105dca2e7f3af1c88b8e33ce2', '\xab3e1980ddfb563e268c30e7902ca4ef3aceb3467852470532fccf95665a9dc605402f03cefcb71cb4a15a38f6f81f934938bf4fbb651db05dd1c60c0ec5540f'),
	(1, 30, 9000000, 'P', 'B', 'withdrawal', 'payee:B', '', '', 'sandbox_ed25519', 'B:key', '\x617574686f726974790a310a7b226c616e65223a312c22696e737472756374696f6e5f6964223a225731222c226b696e64223a2250222c226f776e6572223a2242222c2274797065223a227769746864726177616c222c22616d6f756e745f6d696e6f72223a393030303030302c227061796565223a2270617965653a42222c226c697374696e67223a22222c22756e74696c223a22227d', '\xe303a2c9385d89b1bdc9f05d63dea5890053fcbf7ed998a7b6ef8d4ba5509c23', '\x182b3a77a6197aaed930e4c6c6a44e4058a44b9bd98f6f796df09191b2e6e49e', '\x1ce349c4433c42f506c8610108eaf8f4b23624ebd444bb1bb3bcb87a78ad7461dc8da183ebaa4d4b468b8790b2b50188cbc59d4c8116ff13ac93f2d80dfc950c'),
	(1, 31, 100000, 'P', 'L1', 'withdrawal', 'payee:L1', '', '', 'sandbox_ed25519', 'L1:key', '\x617574686f726974790a310a7b226c616e65223a312c22696e737472756374696f6e5f6964223a225732222c226b696e64223a2250222c226f776e6572223a224c31222c2274797065223a227769746864726177616c222c22616d6f756e745f6d696e6f72223a3130303030302c227061796565223a2270617965653a4c31222c226c697374696e67223a22222c22756e74696c223a22227d', '\x569f7bd8b595fd6d043e55daf01a39b654832410e6ae1c1cee536f023654c289', '\x6841f7ef9985ee9cd2d857a450f51414321851f08d85be013a5c91f3f6255d73', '\xb8ba6fbc945d5cc1b308e621c16e987bcb835ea87a624143a086a92cbeb6122d7e0ab09ed0b267894ab1c511bb9d699e9d1af0f08ccd5a073a35c5a1165e5f0d'),
	(1, 32, 50000, 'P', 'L1', 'withdrawal', 'payee:L1', '', '', 'sandbox_ed25519', 'L1:key', '\x617574686f726974790a310a7b226c616e65223a312c22696e737472756374696f6e5f6964223a225733222c226b696e64223a2250222c226f776e6572223a224c31222c2274797065223a227769746864726177616c222c22616d6f756e745f6d696e6f72223a35303030302c227061796565223a2270617965653a4c31222c226c697374696e67223a22222c22756e74696c223a22227d', '\xe6081cac71c59b26128fccbe1648ca31f337a64b16c4a259522c46b7af9bb59d', '\x6841f7ef9985ee9cd2d857a450f51414321851f08d85be013a5c91f3f6255d73', '\xcc8219ffc5a241035243c5ff929176fd02bbbee5a14c5764709b4a5eccc9cdbf7d75019b035bcd1ee06cbdf1f6ffc9addeb065576b13bbee29e31e17ee21c507'),
	(1, 33, 7000, 'P', 'L1', 'withdrawal', 'payee:L1', '', '', 'sandbox_ed25519', 'L1:key', '\x617574686f726974790a310a7b226c616e65223a312c22696e737472756374696f6e5f6964223a225734222c226b696e64223a2250222c226f776e6572223a224c31222c2274797065223a227769746864726177616c222c22616d6f756e745f6d696e6f72223a373030302c227061796565223a2270617965653a4c31222c226c697374696e67223a22222c22756e74696c223a22227d', '\x109b7acabaee63ca59346be3ab62cbc623509d8bcbf1d72061917a688f38b6a1', '\x6841f7ef9985ee9cd2d857a450f51414321851f08d85be013a5c91f3f6255d73', '\x873bb93846c02c06cb033a3c44676d63ba00fded6aabd5425b46b972b09020ca724cda4b74f3c46f520347ed90f8e26bfdde05b7689ebf0b146300b297780c0c'),
	(1, 41, 3433334, 'P', 'B', 'repayment', 'X', 'X', '', 'sandbox_ed25519', 'B:key', '\x617574686f726974790a310a7b226c616e65223a312c22696e737472756374696f6e5f6964223a2272657061793a31222c226b696e64223a2250222c226f776e6572223a2242222c2274797065223a2272657061796d656e74222c22616d6f756e745f6d696e6f72223a333433333333342c227061796565223a2258222c226c697374696e67223a2258222c22756e74696c223a22227d', '\x651a3c51af12a70d5ebb2013b43bcbfe1f5c4a23247a97be25ffc2f45bdb239c', '\x182b3a77a6197aaed930e4c6c6a44e4058a44b9bd98f6f796df09191b2e6e49e', '\x4ec41ced32676a4ba14e2b1a3b57878cc966e4296a85fe70b0d2ada405fdea1a5ac1fe38af67b3c926e324016f66c1dd6aabbff76ce99f99ca824d36a2eecc07'),
	(2, 5, 500, 'P', 'B2', 'listing_registration', 'B2', 'Z', '', 'sandbox_ed25519', 'B2:key', '\x617574686f726974790a310a7b226c616e65223a322c22696e737472756374696f6e5f6964223a227265673a5a222c226b696e64223a2250222c226f776e6572223a224232222c2274797065223a226c697374696e675f726567697374726174696f6e222c22616d6f756e745f6d696e6f72223a3530302c227061796565223a224232222c226c697374696e67223a225a222c22756e74696c223a22227d', '\x9854be0dd79c83e7e2210321eb037461d0470fdf673231a01fc4de2c57d0c369', '\x194d4ac7cc7d64479e2d1d35e997cc913581e4ad14053a39ab11d512bd6d642b', '\x9b82ccdfc8caf41f035c8c158848780102223a9a9e27aa8a9c59f244d1190d0c7e9418761544e6fb6eb10d450b1ae62a9f1a5bc9af0d12604e40fe73f236c90b'),
	(2, 6, 500, 'P', 'M', 'bid', 'Z', 'Z', '', 'sandbox_ed25519', 'M:key', '\x617574686f726974790a310a7b226c616e65223a322c22696e737472756374696f6e5f6964223a226269643a4d222c226b696e64223a2250222c226f776e6572223a224d222c2274797065223a22626964222c22616d6f756e745f6d696e6f72223a3530302c227061796565223a225a222c226c697374696e67223a225a222c22756e74696c223a22227d', '\x7c2ae6f0478bbd0921ca16da134806f64825eddccbc03ba3c25ac6dee2164261', '\xbf11f66b1ffc1dccfbb5b189522ad441ad702dd8e61bd883c0e292fa8d15cb68', '\xcdc50a1deb7953df1e70a4a3a1bfdf6442f551f79ac69e36ed83c097daf664881651a53323aecbf113e38ab775ec52e3c8dd94ae7b7a309c0f9d5be155999c05');
INSERT INTO public.balance VALUES
	(1, 4, 0, 1),
	(1, 5, 0, 1),
	(1, 6, 0, 1),
	(1, 7, 0, 1),
	(1, 8, 0, 1),
	(1, 9, 0, 1),
	(1, 10, 0, 1),
	(1, -11, 0, 1),
	(1, 14, 0, 2),
	(1, 17, 0, 2),
	(1, 19, 0, 3),
	(1, 22, 0, 3),
	(1, 26, 0, 6),
	(1, 27, 0, 6),
	(1, 29, 0, 9),
	(1, 31, 0, 9),
	(1, 32, 0, 9),
	(1, 2, 90000, 24),
	(1, 1, 200000, 26),
	(1, 3, 0, 26),
	(1, 25, 0, 26),
	(1, 30, 300000, 28),
	(1, 16, 0, 35),
	(1, 20, 7, 37),
	(1, 21, 57000, 37),
	(1, 13, 2416666, 41),
	(1, 15, 0, 41),
	(1, 18, 3002994, 41),
	(1, 28, 553334, 41),
	(1, -12, 7670001, 43),
	(1, 23, 1050000, 43),
	(1, -33, 40000, 44),
	(1, 24, 40000, 44),
	(2, 1, 0, 1),
	(2, 2, 0, 1),
	(2, 3, 0, 1),
	(2, 4, 0, 1),
	(2, 5, 0, 1),
	(2, 6, 0, 1),
	(2, 7, 0, 1),
	(2, 8, 0, 1),
	(2, 9, 0, 1),
	(2, 10, 0, 1),
	(2, -11, 0, 1),
	(2, 13, 0, 2),
	(2, 14, 0, 2),
	(2, 15, 0, 2),
	(2, 16, 0, 2),
	(2, 17, 0, 2),
	(2, 19, 0, 3),
	(2, 21, 0, 3),
	(2, 22, 0, 3),
	(2, -12, 1000, 4),
	(2, 18, 500, 6),
	(2, 20, 500, 6);
INSERT INTO public.bank_account VALUES
	(1, 'bank', 'main', -12, 'demobank', 'ref:1', 'open'),
	(2, 'bank', 'main', -12, 'demobank', 'ref:2', 'open');
INSERT INTO public.batch VALUES
	(0, 1, 1, '2024-03-01 09:00:01+00', '0001-01-01', '0.1.0', '', 0, '', 0),
	(0, 2, 2, '2024-03-01 09:00:02+00', '2024-03-01', '0.1.0', '', 0, '', 0),
	(1, 1, 1, '2024-03-01 09:00:03+00', '0001-01-01', '0.1.0', '', 0, '', 0),
	(0, 3, 3, '2024-03-01 09:00:04+00', '2024-03-01', '0.1.0', '', 0, '', 0),
	(0, 4, 4, '2024-03-01 09:00:05+00', '2024-03-01', '0.1.0', '', 0, '', 0),
	(1, 2, 2, '2024-03-01 09:00:06+00', '2024-03-01', '0.1.0', 'cn_p2p', 1, '9b88b1eadf45b91725f5e019ffd9910e59c85dc3ab2b3f340fda2b44e7fa85a4', 0),
	(0, 5, 5, '2024-03-01 09:00:07+00', '2024-03-01', '0.1.0', '', 0, '', 0),
	(0, 6, 6, '2024-03-01 09:00:08+00', '2024-03-01', '0.1.0', '', 0, '', 0),
	(1, 3, 3, '2024-03-01 09:00:09+00', '2024-03-01', '0.1.0', 'cn_p2p', 1, '9b88b1eadf45b91725f5e019ffd9910e59c85dc3ab2b3f340fda2b44e7fa85a4', 0),
	(1, 4, 4, '2024-03-01 09:00:10+00', '2024-03-01', '0.1.0', 'cn_p2p', 1, '9b88b1eadf45b91725f5e019ffd9910e59c85dc3ab2b3f340fda2b44e7fa85a4', 0),
	(1, 5, 5, '2024-03-01 09:00:11+00', '2024-03-01', '0.1.0', 'cn_p2p', 1, '9b88b1eadf45b91725f5e019ffd9910e59c85dc3ab2b3f340fda2b44e7fa85a4', 0),
	(0, 7, 7, '2024-03-01 09:00:12+00', '2024-03-01', '0.1.0', '', 0, '', 0),
	(0, 8, 8, '2024-03-01 09:00:13+00', '2024-03-01', '0.1.0', '', 0, '', 0),
	(1, 6, 6, '2024-03-01 09:00:14+00', '2024-03-01', '0.1.0', 'cn_p2p', 1, '9b88b1eadf45b91725f5e019ffd9910e59c85dc3ab2b3f340fda2b44e7fa85a4', 0),
	(1, 7, 7, '2024-03-01 09:00:15+00', '2024-03-01', '0.1.0', 'cn_p2p', 1, '9b88b1eadf45b91725f5e019ffd9910e59c85dc3ab2b3f340fda2b44e7fa85a4', 0),
	(1, 8, 8, '2024-03-01 09:00:16+00', '2024-03-01', '0.1.0', 'cn_p2p', 1, '9b88b1eadf45b91725f5e019ffd9910e59c85dc3ab2b3f340fda2b44e7fa85a4', 0),
	(0, 9, 9, '2024-03-01 09:00:17+00', '2024-03-01', '0.1.0', '', 0, '', 0),
	(0, 10, 10, '2024-03-01 09:00:18+00', '2024-03-01', '0.1.0', '', 0, '', 0),
	(1, 9, 9, '2024-03-01 09:00:19+00', '2024-03-01', '0.1.0', 'cn_p2p', 1, '9b88b1eadf45b91725f5e019ffd9910e59c85dc3ab2b3f340fda2b44e7fa85a4', 0),
	(1, 10, 10, '2024-03-01 09:00:20+00', '2024-03-01', '0.1.0', 'cn_p2p', 1, '9b88b1eadf45b91725f5e019ffd9910e59c85dc3ab2b3f340fda2b44e7fa85a4', 0),
	(1, 11, 11, '2024-03-01 09:00:21+00', '2024-03-01', '0.1.0', 'cn_p2p', 1, '9b88b1eadf45b91725f5e019ffd9910e59c85dc3ab2b3f340fda2b44e7fa85a4', 0),
	(1, 12, 12, '2024-03-01 09:00:22+00', '2024-03-01', '0.1.0', 'cn_p2p', 1, '9b88b1eadf45b91725f5e019ffd9910e59c85dc3ab2b3f340fda2b44e7fa85a4', 0),
	(1, 13, 13, '2024-03-01 09:00:23+00', '2024-03-01', '0.1.0', 'cn_p2p', 1, '9b88b1eadf45b91725f5e019ffd9910e59c85dc3ab2b3f340fda2b44e7fa85a4', 0),
	(1, 14, 14, '2024-03-01 09:00:24+00', '2024-03-01', '0.1.0', 'cn_p2p', 1, '9b88b1eadf45b91725f5e019ffd9910e59c85dc3ab2b3f340fda2b44e7fa85a4', 0),
	(1, 15, 15, '2024-03-01 09:00:25+00', '2024-03-01', '0.1.0', 'cn_p2p', 1, '9b88b1eadf45b91725f5e019ffd9910e59c85dc3ab2b3f340fda2b44e7fa85a4', 0),
	(1, 16, 16, '2024-03-01 09:00:26+00', '2024-03-01', '0.1.0', 'cn_p2p', 1, '9b88b1eadf45b91725f5e019ffd9910e59c85dc3ab2b3f340fda2b44e7fa85a4', 0),
	(0, 11, 11, '2024-03-01 09:00:27+00', '2024-03-01', '0.1.0', '', 0, '', 0),
	(1, 17, 17, '2024-03-01 09:00:28+00', '2024-03-01', '0.1.0', 'cn_p2p', 1, '9b88b1eadf45b91725f5e019ffd9910e59c85dc3ab2b3f340fda2b44e7fa85a4', 0),
	(1, 18, 18, '2024-03-01 09:00:29+00', '2024-03-01', '0.1.0', 'cn_p2p', 1, '9b88b1eadf45b91725f5e019ffd9910e59c85dc3ab2b3f340fda2b44e7fa85a4', 0),
	(1, 19, 19, '2024-03-01 09:00:30+00', '2024-03-01', '0.1.0', 'cn_p2p', 1, '9b88b1eadf45b91725f5e019ffd9910e59c85dc3ab2b3f340fda2b44e7fa85a4', 0),
	(1, 20, 20, '2024-03-01 09:00:31+00', '2024-03-01', '0.1.0', 'cn_p2p', 1, '9b88b1eadf45b91725f5e019ffd9910e59c85dc3ab2b3f340fda2b44e7fa85a4', 0),
	(1, 21, 21, '2024-03-01 09:00:32+00', '2024-03-01', '0.1.0', 'cn_p2p', 1, '9b88b1eadf45b91725f5e019ffd9910e59c85dc3ab2b3f340fda2b44e7fa85a4', 0),
	(1, 22, 22, '2024-03-01 09:00:33+00', '2024-03-01', '0.1.0', 'cn_p2p', 1, '9b88b1eadf45b91725f5e019ffd9910e59c85dc3ab2b3f340fda2b44e7fa85a4', 0),
	(1, 23, 23, '2024-03-01 09:00:34+00', '2024-03-01', '0.1.0', 'cn_p2p', 1, '9b88b1eadf45b91725f5e019ffd9910e59c85dc3ab2b3f340fda2b44e7fa85a4', 0),
	(1, 24, 24, '2024-03-01 09:00:35+00', '2024-03-01', '0.1.0', 'cn_p2p', 1, '9b88b1eadf45b91725f5e019ffd9910e59c85dc3ab2b3f340fda2b44e7fa85a4', 0),
	(1, 25, 25, '2024-03-01 09:00:36+00', '2024-03-01', '0.1.0', 'cn_p2p', 1, '9b88b1eadf45b91725f5e019ffd9910e59c85dc3ab2b3f340fda2b44e7fa85a4', 0),
	(1, 26, 26, '2024-03-01 09:00:37+00', '2024-03-01', '0.1.0', 'cn_p2p', 1, '9b88b1eadf45b91725f5e019ffd9910e59c85dc3ab2b3f340fda2b44e7fa85a4', 0),
	(0, 12, 12, '2024-03-01 09:00:38+00', '2024-03-01', '0.1.0', '', 0, '', 0),
	(1, 27, 27, '2024-03-01 09:00:39+00', '2024-03-01', '0.1.0', 'cn_p2p', 1, '9b88b1eadf45b91725f5e019ffd9910e59c85dc3ab2b3f340fda2b44e7fa85a4', 0),
	(1, 28, 28, '2024-03-01 09:00:40+00', '2024-03-01', '0.1.0', 'cn_p2p', 1, '9b88b1eadf45b91725f5e019ffd9910e59c85dc3ab2b3f340fda2b44e7fa85a4', 0),
	(1, 29, 29, '2024-03-01 09:00:41+00', '2024-03-01', '0.1.0', 'cn_p2p', 1, '9b88b1eadf45b91725f5e019ffd9910e59c85dc3ab2b3f340fda2b44e7fa85a4', 0),
	(1, 30, 30, '2024-03-01 09:00:42+00', '2024-03-04', '0.1.0', 'cn_p2p', 1, '9b88b1eadf45b91725f5e019ffd9910e59c85dc3ab2b3f340fda2b44e7fa85a4', 0),
	(1, 31, 31, '2024-03-01 09:00:43+00', '2024-03-04', '0.1.0', 'cn_p2p', 1, '9b88b1eadf45b91725f5e019ffd9910e59c85dc3ab2b3f340fda2b44e7fa85a4', 0),
	(1, 32, 32, '2024-03-01 09:00:44+00', '2024-03-04', '0.1.0', 'cn_p2p', 1, '9b88b1eadf45b91725f5e019ffd9910e59c85dc3ab2b3f340fda2b44e7fa85a4', 0),
	(1, 33, 33, '2024-03-01 09:00:45+00', '2024-03-04', '0.1.0', 'cn_p2p', 1, '9b88b1eadf45b91725f5e019ffd9910e59c85dc3ab2b3f340fda2b44e7fa85a4', 0),
	(1, 34, 34, '2024-03-01 09:00:46+00', '2024-03-04', '0.1.0', 'cn_p2p', 1, '9b88b1eadf45b91725f5e019ffd9910e59c85dc3ab2b3f340fda2b44e7fa85a4', 0),
	(1, 35, 35, '2024-03-01 09:00:47+00', '2024-03-04', '0.1.0', 'cn_p2p', 1, '9b88b1eadf45b91725f5e019ffd9910e59c85dc3ab2b3f340fda2b44e7fa85a4', 0),
	(1, 36, 36, '2024-03-01 09:00:48+00', '2024-03-04', '0.1.0', 'cn_p2p', 1, '9b88b1eadf45b91725f5e019ffd9910e59c85dc3ab2b3f340fda2b44e7fa85a4', 0),
	(1, 37, 37, '2024-03-01 09:00:49+00', '2024-03-04', '0.1.0', 'cn_p2p', 1, '9b88b1eadf45b91725f5e019ffd9910e59c85dc3ab2b3f340fda2b44e7fa85a4', 0),
	(1, 38, 38, '2024-03-01 09:00:50+00', '2024-03-04', '0.1.0', 'cn_p2p', 1, '9b88b1eadf45b91725f5e019ffd9910e59c85dc3ab2b3f340fda2b44e7fa85a4', 0),
	(1, 39, 39, '2024-03-01 09:00:51+00', '2024-03-04', '0.1.0', 'cn_p2p', 1, '9b88b1eadf45b91725f5e019ffd9910e59c85dc3ab2b3f340fda2b44e7fa85a4', 0),
	(1, 40, 40, '2024-03-01 09:00:52+00', '2024-03-04', '0.1.0', 'cn_p2p', 1, '9b88b1eadf45b91725f5e019ffd9910e59c85dc3ab2b3f340fda2b44e7fa85a4', 0),
	(1, 41, 41, '2024-03-01 09:00:53+00', '2024-03-04', '0.1.0', 'cn_p2p', 1, '9b88b1eadf45b91725f5e019ffd9910e59c85dc3ab2b3f340fda2b44e7fa85a4', 0),
	(1, 42, 42, '2024-03-01 09:00:54+00', '2024-03-04', '0.1.0', 'cn_p2p', 1, '9b88b1eadf45b91725f5e019ffd9910e59c85dc3ab2b3f340fda2b44e7fa85a4', 0),
	(1, 43, 43, '2024-03-01 09:00:55+00', '2024-03-04', '0.1.0', 'cn_p2p', 1, '9b88b1eadf45b91725f5e019ffd9910e59c85dc3ab2b3f340fda2b44e7fa85a4', 0),
	(1, 44, 44, '2024-03-01 09:00:56+00', '2024-03-04', '0.1.0', 'cn_p2p', 1, '9b88b1eadf45b91725f5e019ffd9910e59c85dc3ab2b3f340fda2b44e7fa85a4', 0),
	(0, 13, 13, '2024-03-01 09:00:57+00', '2024-03-01', '0.1.0', '', 0, '', 0),
	(2, 1, 1, '2024-03-01 09:00:58+00', '0001-01-01', '0.1.0', '', 0, '', 0),
	(0, 14, 14, '2024-03-01 09:00:59+00', '2024-03-01', '0.1.0', '', 0, '', 0),
	(2, 2, 2, '2024-03-01 09:01:00+00', '2024-03-01', '0.1.0', 'cn_p2p', 1, '9b88b1eadf45b91725f5e019ffd9910e59c85dc3ab2b3f340fda2b44e7fa85a4', 0),
	(0, 15, 15, '2024-03-01 09:01:01+00', '2024-03-01', '0.1.0', '', 0, '', 0),
	(0, 16, 16, '2024-03-01 09:01:02+00', '2024-03-01', '0.1.0', '', 0, '', 0),
	(2, 3, 3, '2024-03-01 09:01:03+00', '2024-03-01', '0.1.0', 'cn_p2p', 1, '9b88b1eadf45b91725f5e019ffd9910e59c85dc3ab2b3f340fda2b44e7fa85a4', 0),
	(2, 4, 4, '2024-03-01 09:01:04+00', '2024-03-01', '0.1.0', 'cn_p2p', 1, '9b88b1eadf45b91725f5e019ffd9910e59c85dc3ab2b3f340fda2b44e7fa85a4', 0),
	(0, 17, 17, '2024-03-01 09:01:05+00', '2024-03-01', '0.1.0', '', 0, '', 0),
	(2, 5, 5, '2024-03-01 09:01:06+00', '2024-03-01', '0.1.0', 'cn_p2p', 1, '9b88b1eadf45b91725f5e019ffd9910e59c85dc3ab2b3f340fda2b44e7fa85a4', 0),
	(2, 6, 6, '2024-03-01 09:01:07+00', '2024-03-01', '0.1.0', 'cn_p2p', 1, '9b88b1eadf45b91725f5e019ffd9910e59c85dc3ab2b3f340fda2b44e7fa85a4', 0),
	(0, 18, 18, '2024-03-01 09:01:08+00', '2024-03-01', '0.1.0', '', 0, '', 0),
	(1, 45, 45, '2024-03-01 09:01:09+00', '2024-03-04', '0.1.0', 'cn_p2p', 1, '9b88b1eadf45b91725f5e019ffd9910e59c85dc3ab2b3f340fda2b44e7fa85a4', 0),
	(0, 19, 19, '2024-03-01 09:01:10+00', '2024-03-01', '0.1.0', '', 0, '', 0);
INSERT INTO public.card VALUES
	(1, 'L1:card', 'L1', 'payee:L1', '2024-03-01', '2024-03-04', 'active'),
	(1, 'L2:card', 'L2', 'payee:L2', '2024-03-01', '2024-03-04', 'active'),
	(1, 'L3:card', 'L3', 'payee:L3', '2024-03-01', '2024-03-04', 'active'),
	(1, 'B:card', 'B', 'payee:B', '2024-03-01', '2024-03-04', 'active');
INSERT INTO public.claim VALUES
	(1, 'bid:L1:X', 'X', 'L1', 1, 6000000, 3999999, 60000, 0, 26, 'active'),
	(1, 'bid:L2:X', 'X', 'L2', 1, 3000000, 2000000, 30000, 0, 26, 'active'),
	(1, 'bid:L3:X', 'X', 'L3', 1, 1000000, 666667, 10000, 0, 26, 'active');
INSERT INTO public.claim_move VALUES
	(1, 26, 0, 6000000, 0, 0, 'bid:L1:X', 'X', 'L1'),
	(1, 26, 1, 3000000, 0, 0, 'bid:L2:X', 'X', 'L2'),
	(1, 26, 2, 1000000, 0, 0, 'bid:L3:X', 'X', 'L3'),
	(1, 41, 0, -2000001, 60000, 0, 'bid:L1:X', 'X', 'L1'),
	(1, 41, 1, -1000000, 30000, 0, 'bid:L2:X', 'X', 'L2'),
	(1, 41, 2, -333333, 10000, 0, 'bid:L3:X', 'X', 'L3');
INSERT INTO public.clearing VALUES
	(1, 'main:fastpay:2024-03-05', 'main', 'fastpay', '2024-03-05', -33);
INSERT INTO public.client_key VALUES
	(1, 'B:key', 'B', 'sandbox_ed25519', '\x182b3a77a6197aaed930e4c6c6a44e4058a44b9bd98f6f796df09191b2e6e49e', 'active'),
	(1, 'L1:key', 'L1', 'sandbox_ed25519', '\x6841f7ef9985ee9cd2d857a450f51414321851f08d85be013a5c91f3f6255d73', 'active'),
	(1, 'L2:key', 'L2', 'sandbox_ed25519', '\x0b3206d275c97427c199407cc85c445ea94ba86af4b72916b9baf6d7fba40b2a', 'active'),
	(1, 'L3:key', 'L3', 'sandbox_ed25519', '\x1f56fd3dc90e3d8d9ae71a6d4f494aa3a6df505105dca2e7f3af1c88b8e33ce2', 'active'),
	(2, 'B2:key', 'B2', 'sandbox_ed25519', '\x194d4ac7cc7d64479e2d1d35e997cc913581e4ad14053a39ab11d512bd6d642b', 'active'),
	(2, 'M:key', 'M', 'sandbox_ed25519', '\xbf11f66b1ffc1dccfbb5b189522ad441ad702dd8e61bd883c0e292fa8d15cb68', 'active');
INSERT INTO public.deposit VALUES
	(1, 'in:L1:7000000', 'L1', 'demobank', '', 7000000, 5, 'cleared'),
	(1, 'in:L2:3000000', 'L2', 'demobank', '', 3000000, 8, 'cleared'),
	(1, 'in:L3:1500001', 'L3', 'demobank', '', 1500001, 11, 'cleared'),
	(1, 'in:B:5050000', 'B', 'demobank', '', 5050000, 40, 'cleared'),
	(1, 'notice:1', 'L2', 'fastpay', 'main:fastpay:2024-03-05', 20000, 42, 'cleared'),
	(1, 'notice:2', 'L2', 'fastpay', 'main:fastpay:2024-03-05', 40000, 44, 'uncleared'),
	(2, 'in:M:1000', 'M', 'demobank', '', 1000, 4, 'cleared');
INSERT INTO public.epoch VALUES
	(1, '5a749964-f020-49c5-9a18-7ddf0ce777d7', '2026-11-23 11:02:14.437284+00', 'first start', '{}');
INSERT INTO public.exposure VALUES
	(0, 'person:B:CNY', 'person:B', 10400500);
INSERT INTO public.fee_consent VALUES
	(1, 'B:fees', 'B', 'fees', 1, 14, '2024-03', 200000, 'active'),
	(1, 'L1:fees', 'L1', 'fees', 1, 15, '2024-03', 107, 'active');
INSERT INTO public.fee_schedule VALUES
	(1, 'fees:1', 'fees', 1, '2024-03-01', '[{"item": "platform_fee", "basis": "bp", "rate_bp": 200, "cap_minor": 0, "fixed_minor": 0, "month_cap_minor": 0}, {"item": "withdrawal_fee", "basis": "bp", "rate_bp": 10, "cap_minor": 500, "fixed_minor": 0, "month_cap_minor": 10000}]', 'in_force');
INSERT INTO public.hold VALUES
	(1, 'bid:first', 'L3', 30, 'bid', 'X', 500000, 0, 500000, '2024-03-11', 22, 22, 'released'),
	(1, 'bid:L1:X', 'L1', 20, 'bid', 'X', 6000000, 6000000, 0, '2024-03-11', 18, 18, 'captured'),
	(1, 'bid:L2:X', 'L2', 25, 'bid', 'X', 3000000, 3000000, 0, '2024-03-11', 19, 20, 'captured'),
	(1, 'bid:L3:X', 'L3', 30, 'bid', 'X', 990000, 990000, 0, '2024-03-11', 24, 24, 'captured'),
	(1, 'bid:L3:X:marketing', 'main', 3, 'marketing_bid', 'X', 10000, 10000, 0, '2024-03-11', 0, 24, 'captured'),
	(1, 'bid:L3:Y', 'L3', 30, 'bid', 'Y', 300000, 0, 0, '2024-03-11', 28, 28, 'open'),
	(1, 'W4:fee', 'L1', 20, 'withdrawal_fee', '', 7, 0, 0, '2024-06-02', 15, 33, 'open'),
	(1, 'W2:fee', 'L1', 20, 'withdrawal_fee', '', 100, 0, 100, '2024-06-02', 15, 31, 'released'),
	(2, 'bid:M', 'M', 20, 'bid', 'Z', 500, 0, 0, '2024-03-08', 6, 6, 'open');
INSERT INTO public.holder_account VALUES
	(1, 'B', 'person:B', 'main', 'borrower', 'person', 'active', 13, 'B:key', 'four_elements', 'sandbox'),
	(1, 'L1', 'person:L1', 'main', 'lender', 'person', 'active', 18, 'L1:key', 'four_elements', 'sandbox'),
	(1, 'L2', 'person:L2', 'main', 'lender', 'person', 'active', 23, 'L2:key', 'four_elements', 'sandbox'),
	(2, 'B2', 'person:B', 'main', 'borrower', 'person', 'active', 13, 'B2:key', 'four_elements', 'sandbox'),
	(2, 'M', 'person:M', 'main', 'lender', 'person', 'active', 18, 'M:key', 'four_elements', 'sandbox'),
	(1, 'L3', 'person:L3', 'main', 'lender', 'person', 'locked', 28, 'L3:key', 'four_elements', 'sandbox');
INSERT INTO public.instruction_default VALUES
	(0, 1, 0, 1, 'open:0', 'lane_opening', 'done', '', '\x7b22706c6174666f726d223a22637573746f6469616e222c227061636b223a22222c2273616e64626f78223a747275652c22627573696e6573735f64617465223a22323032342d30332d3031222c22706f6f6c73223a5b5d2c2262616e6b5f6163636f756e7473223a5b5d2c226d616b6572223a226d31222c22636865636b6572223a226331227d', '\x7b7d'),
	(0, 2, 0, 1, 'platform:1', 'platform_registration', 'done', '', '\x7b22706c6174666f726d223a225031222c226c616e65223a312c227061636b223a22636e5f703270222c2273616e64626f78223a747275652c226d616b6572223a226d31222c22636865636b6572223a226331227d', '\x7b7d'),
	(1, 1, 0, 1, 'open:1', 'lane_opening', 'done', '', '\x7b22706c6174666f726d223a225031222c227061636b223a22636e5f703270222c2273616e64626f78223a747275652c22627573696e6573735f64617465223a22323032342d30332d3031222c22706f6f6c73223a5b7b226964223a226d61696e222c2263757272656e6379223a22434e59222c22726567696d65223a226c656e64696e67227d5d2c2262616e6b5f6163636f756e7473223a5b7b226964223a2262616e6b222c22706f6f6c223a226d61696e222c226368616e6e656c223a2264656d6f62616e6b222c227265666572656e6365223a227265663a31227d5d2c226d616b6572223a226d31222c22636865636b6572223a226331227d', '\x7b7d'),
	(0, 3, 0, 1, 'register:person:B', 'person_registration', 'done', '', '\x7b22706572736f6e223a22706572736f6e3a42222c226b696e64223a22706572736f6e222c226d6574686f64223a22666f75725f656c656d656e7473222c22736f75726365223a2273616e64626f78222c227265666572656e6365223a22636865636b3a706572736f6e3a42227d', '\x7b7d'),
	(0, 4, 0, 1, 'account:B:link:1', 'person_link', 'done', '', '\x7b22706572736f6e223a22706572736f6e3a42222c226c616e65223a317d', '\x7b7d'),
	(1, 2, 0, 1, 'account:B', 'account_opening', 'done', '', '\x7b22686f6c646572223a2242222c22706572736f6e223a22706572736f6e3a42222c22706f6f6c223a226d61696e222c22726f6c65223a22626f72726f776572222c226b696e64223a22706572736f6e222c226d6574686f64223a22666f75725f656c656d656e7473222c22736f75726365223a2273616e64626f78222c226b65795f6964223a22423a6b6579222c2265766964656e63655f6b696e64223a2273616e64626f785f65643235353139222c227075626c69635f6b6579223a22474373366436595a6571375a4d4f54477871524f5146696b5335765a6a323935626643526b624c6d354a343d227d', '\x7b7d'),
	(0, 5, 0, 1, 'register:person:L1', 'person_registration', 'done', '', '\x7b22706572736f6e223a22706572736f6e3a4c31222c226b696e64223a22706572736f6e222c226d6574686f64223a22666f75725f656c656d656e7473222c22736f75726365223a2273616e64626f78222c227265666572656e6365223a22636865636b3a706572736f6e3a4c31227d', '\x7b7d'),
	(0, 6, 0, 1, 'account:L1:link:1', 'person_link', 'done', '', '\x7b22706572736f6e223a22706572736f6e3a4c31222c226c616e65223a317d', '\x7b7d'),
	(1, 3, 0, 1, 'account:L1', 'account_opening', 'done', '', '\x7b22686f6c646572223a224c31222c22706572736f6e223a22706572736f6e3a4c31222c22706f6f6c223a226d61696e222c22726f6c65223a226c656e646572222c226b696e64223a22706572736f6e222c226d6574686f64223a22666f75725f656c656d656e7473222c22736f75726365223a2273616e64626f78222c226b65795f6964223a224c313a6b6579222c2265766964656e63655f6b696e64223a2273616e64626f785f65643235353139222c227075626c69635f6b6579223a226145483337356d4637707a533246656b55505555464449595566434e686234424f6c7952382f596c58584d3d227d', '\x7b7d'),
	(1, 4, 0, 1, 'bind:L1:card', 'card_binding', 'done', '', '\x7b22686f6c646572223a224c31222c2263617264223a224c313a63617264222c2270617965655f68617368223a2270617965653a4c31227d', '\x7b22636f6f6c696e675f756e74696c223a22323032342d30332d3034227d'),
	(1, 5, 0, 1, 'in:L1:7000000', 'deposit_direct', 'done', '', '\x7b22686f6c646572223a224c31222c2262616e6b5f6163636f756e74223a2262616e6b222c22616d6f756e745f6d696e6f72223a373030303030302c2270617965725f6d617463686573223a747275652c227265666572656e6365223a2272227d', '\x7b227374617465223a22636c6561726564222c226163636f756e74223a2232303130227d'),
	(0, 7, 0, 1, 'register:person:L2', 'person_registration', 'done', '', '\x7b22706572736f6e223a22706572736f6e3a4c32222c226b696e64223a22706572736f6e222c226d6574686f64223a22666f75725f656c656d656e7473222c22736f75726365223a2273616e64626f78222c227265666572656e6365223a22636865636b3a706572736f6e3a4c32227d', '\x7b7d'),
	(0, 8, 0, 1, 'account:L2:link:1', 'person_link', 'done', '', '\x7b22706572736f6e223a22706572736f6e3a4c32222c226c616e65223a317d', '\x7b7d'),
	(1, 6, 0, 1, 'account:L2', 'account_opening', 'done', '', '\x7b22686f6c646572223a224c32222c22706572736f6e223a22706572736f6e3a4c32222c22706f6f6c223a226d61696e222c22726f6c65223a226c656e646572222c226b696e64223a22706572736f6e222c226d6574686f64223a22666f75725f656c656d656e7473222c22736f75726365223a2273616e64626f78222c226b65795f6964223a224c323a6b6579222c2265766964656e63655f6b696e64223a2273616e64626f785f65643235353139222c227075626c69635f6b6579223a22437a4947306e584a644366426d5542387946784558716c4c7147723074796b5775627232312f756b43796f3d227d', '\x7b7d'),
	(1, 7, 0, 1, 'bind:L2:card', 'card_binding', 'done', '', '\x7b22686f6c646572223a224c32222c2263617264223a224c323a63617264222c2270617965655f68617368223a2270617965653a4c32227d', '\x7b22636f6f6c696e675f756e74696c223a22323032342d30332d3034227d'),
	(1, 8, 0, 1, 'in:L2:3000000', 'deposit_direct', 'done', '', '\x7b22686f6c646572223a224c32222c2262616e6b5f6163636f756e74223a2262616e6b222c22616d6f756e745f6d696e6f72223a333030303030302c2270617965725f6d617463686573223a747275652c227265666572656e6365223a2272227d', '\x7b227374617465223a22636c6561726564222c226163636f756e74223a2232303130227d'),
	(0, 9, 0, 1, 'register:person:L3', 'person_registration', 'done', '', '\x7b22706572736f6e223a22706572736f6e3a4c33222c226b696e64223a22706572736f6e222c226d6574686f64223a22666f75725f656c656d656e7473222c22736f75726365223a2273616e64626f78222c227265666572656e6365223a22636865636b3a706572736f6e3a4c33227d', '\x7b7d'),
	(0, 10, 0, 1, 'account:L3:link:1', 'person_link', 'done', '', '\x7b22706572736f6e223a22706572736f6e3a4c33222c226c616e65223a317d', '\x7b7d'),
	(1, 9, 0, 1, 'account:L3', 'account_opening', 'done', '', '\x7b22686f6c646572223a224c33222c22706572736f6e223a22706572736f6e3a4c33222c22706f6f6c223a226d61696e222c22726f6c65223a226c656e646572222c226b696e64223a22706572736f6e222c226d6574686f64223a22666f75725f656c656d656e7473222c22736f75726365223a2273616e64626f78222c226b65795f6964223a224c333a6b6579222c2265766964656e63655f6b696e64223a2273616e64626f785f65643235353139222c227075626c69635f6b6579223a224831623950636b4f505932613578707454306c4b6f36626655464546334b4c6e38363863694c6a6a504f493d227d', '\x7b7d'),
	(1, 10, 0, 1, 'bind:L3:card', 'card_binding', 'done', '', '\x7b22686f6c646572223a224c33222c2263617264223a224c333a63617264222c2270617965655f68617368223a2270617965653a4c33227d', '\x7b22636f6f6c696e675f756e74696c223a22323032342d30332d3034227d'),
	(1, 11, 0, 1, 'in:L3:1500001', 'deposit_direct', 'done', '', '\x7b22686f6c646572223a224c33222c2262616e6b5f6163636f756e74223a2262616e6b222c22616d6f756e745f6d696e6f72223a313530303030312c2270617965725f6d617463686573223a747275652c227265666572656e6365223a2272227d', '\x7b227374617465223a22636c6561726564222c226163636f756e74223a2232303130227d'),
	(1, 12, 0, 1, 'bind:B:card', 'card_binding', 'done', '', '\x7b22686f6c646572223a2242222c2263617264223a22423a63617264222c2270617965655f68617368223a2270617965653a42227d', '\x7b22636f6f6c696e675f756e74696c223a22323032342d30332d3034227d'),
	(1, 13, 0, 1, 'publish:fees:1', 'fee_schedule', 'done', '', '\x7b227363686564756c65223a2266656573222c2276657273696f6e223a312c226974656d73223a5b7b226974656d223a22706c6174666f726d5f666565222c226261736973223a226270222c22726174655f6270223a3230302c2266697865645f6d696e6f72223a302c226361705f6d696e6f72223a302c226d6f6e74685f6361705f6d696e6f72223a307d2c7b226974656d223a227769746864726177616c5f666565222c226261736973223a226270222c22726174655f6270223a31302c2266697865645f6d696e6f72223a302c226361705f6d696e6f72223a3530302c226d6f6e74685f6361705f6d696e6f72223a31303030307d5d2c226d616b6572223a226d31222c22636865636b6572223a226331227d', '\x7b7d'),
	(1, 14, 0, 1, 'consent:B:fees:1', 'fee_consent', 'done', '', '\x7b22686f6c646572223a2242222c227363686564756c65223a2266656573222c2276657273696f6e223a317d', '\x7b7d'),
	(1, 15, 0, 1, 'consent:L1:fees:1', 'fee_consent', 'done', '', '\x7b22686f6c646572223a224c31222c227363686564756c65223a2266656573222c2276657273696f6e223a317d', '\x7b7d'),
	(1, 16, 0, 1, 'fund', 'platform_money_in', 'done', '', '\x7b22706f6f6c223a226d61696e222c2262616e6b5f6163636f756e74223a2262616e6b222c226163636f756e74223a2232313230222c22616d6f756e745f6d696e6f72223a3130303030302c227265666572656e6365223a2272227d', '\x7b7d'),
	(0, 11, 0, 1, 'reg:X:limit:1', 'limit_reserve', 'done', '', '\x7b22706572736f6e223a22706572736f6e3a42222c226c616e65223a312c22696e737472756374696f6e5f6964223a227265673a58222c2263757272656e6379223a22434e59222c22616d6f756e745f6d696e6f72223a31303030303030302c227061636b223a22636e5f703270227d', '\x7b7d'),
	(1, 17, 0, 1, 'reg:X', 'listing_registration', 'done', '', '\x7b226c697374696e67223a2258222c22706f6f6c223a226d61696e222c22626f72726f776572223a2242222c22706572736f6e223a22706572736f6e3a42222c2263757272656e6379223a22434e59222c227061636b223a22636e5f703270222c22616d6f756e745f6d696e6f72223a31303030303030302c22726174655f6536223a3132303030302c2272756c65223a22657175616c5f7072696e636970616c222c226d6f6e746873223a332c2272616973655f756e74696c223a22323032342d30332d3034222c2267726163655f64617973223a322c226c6174655f726174655f6536223a3138323530302c226561726c79223a66616c73652c226665655f7363686564756c65223a2266656573222c226665655f6974656d223a22706c6174666f726d5f666565222c227265636f72646564223a5b5d2c226f70656e73223a747275657d', '\x7b2272656c656173655f6279223a22323032342d30332d3131227d'),
	(1, 18, 0, 1, 'bid:L1:X', 'bid_hold', 'done', '', '\x7b226c656e646572223a224c31222c226c697374696e67223a2258222c22616d6f756e745f6d696e6f72223a363030303030302c226d61726b6574696e675f6d696e6f72223a302c226d616e64617465223a22227d', '\x7b7d'),
	(1, 19, 0, 1, 'L2:bid:1', 'mandate_grant', 'done', '', '\x7b22686f6c646572223a224c32222c2274797065223a22626964222c226361705f6d696e6f72223a343030303030302c22756e74696c223a22323032352d30332d3031222c226c697374696e67223a22227d', '\x7b7d'),
	(1, 20, 0, 1, 'bid:L2:X', 'bid_hold', 'done', '', '\x7b226c656e646572223a224c32222c226c697374696e67223a2258222c22616d6f756e745f6d696e6f72223a333030303030302c226d61726b6574696e675f6d696e6f72223a302c226d616e64617465223a224c323a6269643a31227d', '\x7b7d'),
	(1, 21, 0, 1, 'revoke', 'mandate_revoke', 'done', '', '\x7b22686f6c646572223a224c32222c226d616e64617465223a224c323a6269643a31227d', '\x7b7d'),
	(1, 22, 0, 1, 'bid:first', 'bid_hold', 'done', '', '\x7b226c656e646572223a224c33222c226c697374696e67223a2258222c22616d6f756e745f6d696e6f72223a3530303030302c226d61726b6574696e675f6d696e6f72223a302c226d616e64617465223a22227d', '\x7b7d'),
	(1, 23, 0, 1, 'cancel', 'bid_cancel', 'done', '', '\x7b226c656e646572223a224c33222c22686f6c64223a226269643a6669727374222c22616d6f756e745f6d696e6f72223a3530303030307d', '\x7b7d'),
	(1, 24, 0, 1, 'bid:L3:X', 'bid_hold', 'done', '', '\x7b226c656e646572223a224c33222c226c697374696e67223a2258222c22616d6f756e745f6d696e6f72223a3939303030302c226d61726b6574696e675f6d696e6f72223a31303030302c226d616e64617465223a22227d', '\x7b7d'),
	(1, 25, 157, 1, 'too-much', 'bid_hold', 'refused', '', '\x7b226c656e646572223a224c33222c226c697374696e67223a2258222c22616d6f756e745f6d696e6f72223a312c226d61726b6574696e675f6d696e6f72223a302c226d616e64617465223a22227d', '\x7b2272656d61696e696e675f6d696e6f72223a307d'),
	(1, 26, 0, 1, 'disburse:X', 'disbursement', 'done', '', '\x7b226c697374696e67223a2258222c22686f6c6473223a5b5d7d', '\x7b226c656e745f6d696e6f72223a31303030303030302c226665655f6d696e6f72223a3230303030307d'),
	(0, 12, 0, 1, 'reg:Y:limit:1', 'limit_reserve', 'done', '', '\x7b22706572736f6e223a22706572736f6e3a42222c226c616e65223a312c22696e737472756374696f6e5f6964223a227265673a59222c2263757272656e6379223a22434e59222c22616d6f756e745f6d696e6f72223a3430303030302c227061636b223a22636e5f703270227d', '\x7b7d'),
	(1, 27, 0, 1, 'reg:Y', 'listing_registration', 'done', '', '\x7b226c697374696e67223a2259222c22706f6f6c223a226d61696e222c22626f72726f776572223a2242222c22706572736f6e223a22706572736f6e3a42222c2263757272656e6379223a22434e59222c227061636b223a22636e5f703270222c22616d6f756e745f6d696e6f72223a3430303030302c22726174655f6536223a3132303030302c2272756c65223a22657175616c5f7072696e636970616c222c226d6f6e746873223a332c2272616973655f756e74696c223a22323032342d30332d3034222c2267726163655f64617973223a322c226c6174655f726174655f6536223a3138323530302c226561726c79223a66616c73652c226665655f7363686564756c65223a22222c226665655f6974656d223a22222c227265636f72646564223a5b5d2c226f70656e73223a747275657d', '\x7b2272656c656173655f6279223a22323032342d30332d3131227d'),
	(1, 28, 0, 1, 'bid:L3:Y', 'bid_hold', 'done', '', '\x7b226c656e646572223a224c33222c226c697374696e67223a2259222c22616d6f756e745f6d696e6f72223a3330303030302c226d61726b6574696e675f6d696e6f72223a302c226d616e64617465223a22227d', '\x7b7d'),
	(1, 29, 0, 1, 'close:2024-03-01', 'day_close', 'done', '', '\x7b2264617465223a22323032342d30332d3031222c226e6578745f64617465223a22323032342d30332d3034227d', '\x7b7d'),
	(1, 30, 0, 1, 'W1', 'withdrawal', 'done', '', '\x7b22686f6c646572223a2242222c2263617264223a22423a63617264222c2262616e6b5f6163636f756e74223a2262616e6b222c22616d6f756e745f6d696e6f72223a393030303030302c2270617965655f68617368223a2270617965653a42222c226665655f7363686564756c65223a2266656573222c226665655f6974656d223a227769746864726177616c5f666565222c226d616e64617465223a22227d', '\x7b226665655f6d696e6f72223a307d'),
	(1, 31, 0, 1, 'W2', 'withdrawal', 'done', '', '\x7b22686f6c646572223a224c31222c2263617264223a224c313a63617264222c2262616e6b5f6163636f756e74223a2262616e6b222c22616d6f756e745f6d696e6f72223a3130303030302c2270617965655f68617368223a2270617965653a4c31222c226665655f7363686564756c65223a2266656573222c226665655f6974656d223a227769746864726177616c5f666565222c226d616e64617465223a22227d', '\x7b226665655f6d696e6f72223a3130307d'),
	(1, 32, 0, 1, 'W3', 'withdrawal', 'done', '', '\x7b22686f6c646572223a224c31222c2263617264223a224c313a63617264222c2262616e6b5f6163636f756e74223a2262616e6b222c22616d6f756e745f6d696e6f72223a35303030302c2270617965655f68617368223a2270617965653a4c31222c226665655f7363686564756c65223a22222c226665655f6974656d223a22222c226d616e64617465223a22227d', '\x7b226665655f6d696e6f72223a307d'),
	(1, 33, 0, 1, 'W4', 'withdrawal', 'done', '', '\x7b22686f6c646572223a224c31222c2263617264223a224c313a63617264222c2262616e6b5f6163636f756e74223a2262616e6b222c22616d6f756e745f6d696e6f72223a373030302c2270617965655f68617368223a2270617965653a4c31222c226665655f7363686564756c65223a2266656573222c226665655f6974656d223a227769746864726177616c5f666565222c226d616e64617465223a22227d', '\x7b226665655f6d696e6f72223a377d'),
	(1, 34, 0, 1, 'send:W1', 'withdrawal_sent', 'done', '', '\x7b227769746864726177616c223a225731227d', '\x7b7d'),
	(1, 35, 0, 1, 'bank:demobank:W1:settled', 'withdrawal_result', 'done', '', '\x7b227769746864726177616c223a225731222c22737461747573223a22736574746c6564222c22616d6f756e745f6d696e6f72223a393030303030302c22726561736f6e223a22222c2266696e616c697479223a66616c73657d', '\x7b227374617465223a22736574746c6564227d'),
	(1, 36, 0, 1, 'send:W2', 'withdrawal_sent', 'done', '', '\x7b227769746864726177616c223a225732227d', '\x7b7d'),
	(1, 37, 0, 1, 'bank:demobank:W2:rejected', 'withdrawal_result', 'done', '', '\x7b227769746864726177616c223a225732222c22737461747573223a2272656a6563746564222c22616d6f756e745f6d696e6f72223a3130303030302c22726561736f6e223a22222c2266696e616c697479223a66616c73657d', '\x7b227374617465223a2272656a6563746564227d'),
	(1, 38, 0, 1, 'send:W3', 'withdrawal_sent', 'done', '', '\x7b227769746864726177616c223a225733227d', '\x7b7d'),
	(1, 39, 0, 1, 'bank:demobank:W3:timed_out', 'withdrawal_result', 'done', '', '\x7b227769746864726177616c223a225733222c22737461747573223a2274696d65645f6f7574222c22616d6f756e745f6d696e6f72223a302c22726561736f6e223a22222c2266696e616c697479223a66616c73657d', '\x7b227374617465223a22696e5f646f756274227d'),
	(1, 40, 0, 1, 'in:B:5050000', 'deposit_direct', 'done', '', '\x7b22686f6c646572223a2242222c2262616e6b5f6163636f756e74223a2262616e6b222c22616d6f756e745f6d696e6f72223a353035303030302c2270617965725f6d617463686573223a747275652c227265666572656e6365223a2272227d', '\x7b227374617465223a22636c6561726564222c226163636f756e74223a2232303130227d'),
	(1, 41, 0, 1, 'repay:1', 'repayment', 'done', '', '\x7b226c697374696e67223a2258222c22626f72726f776572223a2242222c22706c616e5f726f77223a312c227072696e636970616c5f6d696e6f72223a333333333333342c22696e7465726573745f6d696e6f72223a3130303030302c226c6174655f6d696e6f72223a302c226d616e64617465223a22227d', '\x7b22706169645f6d696e6f72223a333433333333342c22636c61696d73223a337d'),
	(1, 42, 0, 1, 'notice:1', 'deposit_notice', 'done', '', '\x7b22686f6c646572223a224c32222c226368616e6e656c223a2266617374706179222c22736574746c655f64617465223a22323032342d30332d3035222c22616d6f756e745f6d696e6f72223a32303030302c227265666572656e6365223a227231227d', '\x7b7d'),
	(1, 43, 0, 1, 'settle:notice:1:settled', 'deposit_settlement', 'done', '', '\x7b226465706f736974223a226e6f746963653a31222c2262616e6b5f6163636f756e74223a2262616e6b222c226f7574636f6d65223a22736574746c6564222c22616d6f756e745f6d696e6f72223a32303030307d', '\x7b227374617465223a22636c6561726564227d'),
	(1, 44, 0, 1, 'notice:2', 'deposit_notice', 'done', '', '\x7b22686f6c646572223a224c32222c226368616e6e656c223a2266617374706179222c22736574746c655f64617465223a22323032342d30332d3035222c22616d6f756e745f6d696e6f72223a34303030302c227265666572656e6365223a227232227d', '\x7b7d'),
	(0, 13, 0, 1, 'platform:2', 'platform_registration', 'done', '', '\x7b22706c6174666f726d223a225032222c226c616e65223a322c227061636b223a22636e5f703270222c2273616e64626f78223a747275652c226d616b6572223a226d31222c22636865636b6572223a226331227d', '\x7b7d'),
	(2, 1, 0, 1, 'open:2', 'lane_opening', 'done', '', '\x7b22706c6174666f726d223a225032222c227061636b223a22636e5f703270222c2273616e64626f78223a747275652c22627573696e6573735f64617465223a22323032342d30332d3031222c22706f6f6c73223a5b7b226964223a226d61696e222c2263757272656e6379223a22434e59222c22726567696d65223a226c656e64696e67227d5d2c2262616e6b5f6163636f756e7473223a5b7b226964223a2262616e6b222c22706f6f6c223a226d61696e222c226368616e6e656c223a2264656d6f62616e6b222c227265666572656e6365223a227265663a32227d5d2c226d616b6572223a226d31222c22636865636b6572223a226331227d', '\x7b7d'),
	(0, 14, 0, 1, 'account:B2:link:2', 'person_link', 'done', '', '\x7b22706572736f6e223a22706572736f6e3a42222c226c616e65223a327d', '\x7b7d'),
	(2, 2, 0, 1, 'account:B2', 'account_opening', 'done', '', '\x7b22686f6c646572223a224232222c22706572736f6e223a22706572736f6e3a42222c22706f6f6c223a226d61696e222c22726f6c65223a22626f72726f776572222c226b696e64223a22706572736f6e222c226d6574686f64223a22666f75725f656c656d656e7473222c22736f75726365223a2273616e64626f78222c226b65795f6964223a2242323a6b6579222c2265766964656e63655f6b696e64223a2273616e64626f785f65643235353139222c227075626c69635f6b6579223a224755314b783878395a4565654c523031365a664d6b545742354b305542546f3571784856457231745a43733d227d', '\x7b7d'),
	(0, 15, 0, 1, 'register:person:M', 'person_registration', 'done', '', '\x7b22706572736f6e223a22706572736f6e3a4d222c226b696e64223a22706572736f6e222c226d6574686f64223a22666f75725f656c656d656e7473222c22736f75726365223a2273616e64626f78222c227265666572656e6365223a22636865636b3a706572736f6e3a4d227d', '\x7b7d'),
	(0, 16, 0, 1, 'account:M:link:2', 'person_link', 'done', '', '\x7b22706572736f6e223a22706572736f6e3a4d222c226c616e65223a327d', '\x7b7d'),
	(2, 3, 0, 1, 'account:M', 'account_opening', 'done', '', '\x7b22686f6c646572223a224d222c22706572736f6e223a22706572736f6e3a4d222c22706f6f6c223a226d61696e222c22726f6c65223a226c656e646572222c226b696e64223a22706572736f6e222c226d6574686f64223a22666f75725f656c656d656e7473222c22736f75726365223a2273616e64626f78222c226b65795f6964223a224d3a6b6579222c2265766964656e63655f6b696e64223a2273616e64626f785f65643235353139222c227075626c69635f6b6579223a227678483261782f3848637a377462474a55697255516131774c646a6d47396944774f4b532b6f30567932673d227d', '\x7b7d'),
	(2, 4, 0, 1, 'in:M:1000', 'deposit_direct', 'done', '', '\x7b22686f6c646572223a224d222c2262616e6b5f6163636f756e74223a2262616e6b222c22616d6f756e745f6d696e6f72223a313030302c2270617965725f6d617463686573223a747275652c227265666572656e6365223a2272227d', '\x7b227374617465223a22636c6561726564222c226163636f756e74223a2232303130227d'),
	(0, 17, 0, 1, 'reg:Z:limit:2', 'limit_reserve', 'done', '', '\x7b22706572736f6e223a22706572736f6e3a42222c226c616e65223a322c22696e737472756374696f6e5f6964223a227265673a5a222c2263757272656e6379223a22434e59222c22616d6f756e745f6d696e6f72223a3530302c227061636b223a22636e5f703270227d', '\x7b7d'),
	(2, 5, 0, 1, 'reg:Z', 'listing_registration', 'done', '', '\x7b226c697374696e67223a225a222c22706f6f6c223a226d61696e222c22626f72726f776572223a224232222c22706572736f6e223a22706572736f6e3a42222c2263757272656e6379223a22434e59222c227061636b223a22636e5f703270222c22616d6f756e745f6d696e6f72223a3530302c22726174655f6536223a3132303030302c2272756c65223a22657175616c5f7072696e636970616c222c226d6f6e746873223a332c2272616973655f756e74696c223a22323032342d30332d3031222c2267726163655f64617973223a322c226c6174655f726174655f6536223a3138323530302c226561726c79223a66616c73652c226665655f7363686564756c65223a22222c226665655f6974656d223a22222c227265636f72646564223a5b5d2c226f70656e73223a747275657d', '\x7b2272656c656173655f6279223a22323032342d30332d3038227d'),
	(2, 6, 0, 1, 'bid:M', 'bid_hold', 'done', '', '\x7b226c656e646572223a224d222c226c697374696e67223a225a222c22616d6f756e745f6d696e6f72223a3530302c226d61726b6574696e675f6d696e6f72223a302c226d616e64617465223a22227d', '\x7b7d'),
	(0, 18, 0, 1, 'lock:1', 'person_lock', 'done', '', '\x7b22616374223a226c6f636b3a31222c22706572736f6e223a22706572736f6e3a4c33222c22726561736f6e223a226c6f7374206869732070686f6e65222c226d616b6572223a226d31227d', '\x7b226c616e6573223a5b315d7d'),
	(1, 45, 0, 1, 'lock:1:1', 'person_lock_here', 'done', '', '\x7b22706572736f6e223a22706572736f6e3a4c33222c22616374223a226c6f636b3a31227d', '\x7b226163636f756e7473223a5b224c33225d7d'),
	(0, 19, 0, 1, 'answered:0:lock:1:1', 'message_answered', 'done', '', '\x7b226d657373616765223a226c6f636b3a313a31222c22636f6465223a22646f6e65227d', '\x7b7d');
INSERT INTO public.instruction_key VALUES
	(0, 1, '\x5efc069d8f1c2c9ed0731f8fd0135249'),
	(0, 2, '\xace8d3911996b0d1de5f459c3c656f74'),
	(1, 1, '\x3857bb93456d63eae5662b7f19308f79'),
	(0, 3, '\xac4cd0425ac4577e7a1fb2b21f138502'),
	(0, 4, '\xa04177ec1d7b2d4ac64fa5971103770a'),
	(1, 2, '\x682bc2300f9b4ba2263a849979641d70'),
	(0, 5, '\xaabe3792d05f6d1ec438c2923011301b'),
	(0, 6, '\x7b8a5c9a6bd2d3299832b6774f2cf44f'),
	(1, 3, '\xb65b315185faf3bc0f8a7fb6147ad53c'),
	(1, 4, '\xbc58e5c1fc8a4909d6963e252dfc63d9'),
	(1, 5, '\xd7af1f486c11f0e665de7d8bf1f90f40'),
	(0, 7, '\x24b44624f4db1271c082cf975f7c2aaf'),
	(0, 8, '\x5abe8d9449889d5d48f3abdd94f5af9e'),
	(1, 6, '\xa097d7e14d6f29edad68e9edec4503d2'),
	(1, 7, '\xc5ece51961dad41821a9d08111235c90'),
	(1, 8, '\xc07424dd08a771b4f917ee3daa1002a8'),
	(0, 9, '\xd96b3f67c1c46e32d12455e73a74b8d8'),
	(0, 10, '\x0f239ba4133297ff95bb3be79223f6c1'),
	(1, 9, '\x30aadb1525f9960d6099d9ae597e956a'),
	(1, 10, '\xa8ea01c4c43ba234570a121237c4bd73'),
	(1, 11, '\xee38312e5dc2a4846908fabd6218506c'),
	(1, 12, '\x6b2dbaeb40ce38b03af98088e66a4774'),
	(1, 13, '\x803a01c8ec23d887dd8af288742d11b7'),
	(1, 14, '\x5aa0d9163e48f814e0a0f67941b44d5a'),
	(1, 15, '\xd587adffafb11079199a67a2ce1c7e54'),
	(1, 16, '\x639f78fb7729d09dc6066a6dd8199757'),
	(0, 11, '\x2750f7efe3222953c8150486fb4a675c'),
	(1, 17, '\x913aaffee6c217006362dca909fc70a6'),
	(1, 18, '\x97dfc605cfd199142e4d08bc4dc23d7a'),
	(1, 19, '\x7b58f946f3504ef00373e14d41c48989'),
	(1, 20, '\x28fca57abd2cc89d250bce9fd7b0aba9'),
	(1, 21, '\x777ac4ea0a6e6f4d1301fd1cf8aa9183'),
	(1, 22, '\xa61c82928570251ccf5d0a8f8cfed949'),
	(1, 23, '\x2374d91794b79f4fb4ec9587d2cf00ae'),
	(1, 24, '\x14b5a822e59a9ab0f3368033a5ae3e49'),
	(1, 25, '\x160e3c68fbc8ce043c7f3b5ec12d61d9'),
	(1, 26, '\x719a4047127f16c43c271a24b6fe1169'),
	(0, 12, '\xc2e2fdb73535b5d2e26aaec6dc908ef9'),
	(1, 27, '\x69775d96b0089a4c14903f97511523d9'),
	(1, 28, '\xdc02a36e1a66f75be79c53ed71a2a661'),
	(1, 29, '\x4c943d6bb443da2bf26cae019c5e0768'),
	(1, 30, '\x4bb48e76f19de6ebed7d59d468005080'),
	(1, 31, '\x1561686098292529ad51b5e93fecd470'),
	(1, 32, '\x21ae0589b723c61489faccbcdbf3770f'),
	(1, 33, '\xd402e00bd58e4abf1042508cb47ce06b'),
	(1, 34, '\x2f7fe139a334e919d9e27848062963e5'),
	(1, 35, '\x4663a8a328ff3e956701c66840dfeab9'),
	(1, 36, '\x4250a910ccec130bc8030cd8ea2abfea'),
	(1, 37, '\x6ea7f4840a2a03113af4e4099d46369b'),
	(1, 38, '\xdd2f6b73a98e9646930e599080ecc8ad'),
	(1, 39, '\x7942672ef574acb20932330b4b1ecc71'),
	(1, 40, '\x1accb6c6420f47ca1090db12e2436cde'),
	(1, 41, '\x8ad09def09a09cd340ea3f7e7ff5a5b8'),
	(1, 42, '\xd703f061f6341c5d796de8c1d0b156f6'),
	(1, 43, '\xd28cda9cf45d7ee906f92e7c02758bb0'),
	(1, 44, '\x4d941d8781829d508f85e131a3ec8bbe'),
	(0, 13, '\xfbe8b0454d5197f6b6ab8064799416eb'),
	(2, 1, '\x0d7b3a493c1e07e3eabc2f2f137a875a'),
	(0, 14, '\x983fcef315865f3e39e5a46d94f4efda'),
	(2, 2, '\xab368c8950cbeaa8ba13b68cfcb09c4c'),
	(0, 15, '\x32503c81735fbb0bd25c3ddcd5a5b8b6'),
	(0, 16, '\x69051354e71761f80d5e009ee90124e0'),
	(2, 3, '\x1deba100e25ae4cacd3d240ad42db0f0'),
	(2, 4, '\x29d215e188108bd422b2876643eab69d'),
	(0, 17, '\xa720ba0aee0f86b317c9fde25c548934'),
	(2, 5, '\x91e966cf9ab9667845e2ef2f4999c3ea'),
	(2, 6, '\xc250b2302edb38e8b8e6dc860b2af868'),
	(0, 18, '\x6d738de2df90293c4e0ff7a997c10cf2'),
	(1, 45, '\xe0bf0b680eead629b8f48f37595efb10'),
	(0, 19, '\xdef939c4522070b3bb7d5f4cbb2b5b4f');
INSERT INTO public.journal_default VALUES
	(1, 5, 1, NULL, 'deposit_direct'),
	(1, 8, 1, NULL, 'deposit_direct'),
	(1, 11, 1, NULL, 'deposit_direct'),
	(1, 16, 1, NULL, 'platform_money_in'),
	(1, 18, 1, NULL, 'bid_hold'),
	(1, 20, 1, NULL, 'bid_hold'),
	(1, 22, 1, NULL, 'bid_hold'),
	(1, 23, 1, NULL, 'bid_cancel'),
	(1, 24, 2, NULL, 'bid_hold'),
	(1, 26, 5, NULL, 'disbursement'),
	(1, 28, 1, NULL, 'bid_hold'),
	(1, 30, 1, NULL, 'withdrawal'),
	(1, 31, 2, NULL, 'withdrawal'),
	(1, 32, 1, NULL, 'withdrawal'),
	(1, 33, 2, NULL, 'withdrawal'),
	(1, 35, 1, NULL, 'withdrawal_result'),
	(1, 37, 2, NULL, 'withdrawal_result'),
	(1, 40, 1, NULL, 'deposit_direct'),
	(1, 41, 4, NULL, 'repayment'),
	(1, 42, 1, NULL, 'deposit_notice'),
	(1, 43, 2, NULL, 'deposit_settlement'),
	(1, 44, 1, NULL, 'deposit_notice'),
	(2, 4, 1, NULL, 'deposit_direct'),
	(2, 6, 1, NULL, 'bid_hold');
INSERT INTO public.lane VALUES
	(2, 0, 6, '2024-03-01 09:01:07+00', 0),
	(1, 0, 45, '2024-03-01 09:01:09+00', 0),
	(0, 0, 19, '2024-03-01 09:01:10+00', 0);
INSERT INTO public.lane_day VALUES
	(0, 'day', '2024-03-01', 1, 'open', 'custodian', '', true),
	(1, 'day', '2024-03-04', 34, 'open', 'P1', 'cn_p2p', true),
	(2, 'day', '2024-03-01', 23, 'open', 'P2', 'cn_p2p', true);
INSERT INTO public.lane_number VALUES
	(0, '1', 'P1'),
	(0, '2', 'P2');
INSERT INTO public.listing VALUES
	(1, 'Y', 'main', 'B', 400000, 120000, 'equal_principal', 3, '2024-03-04', '2024-03-11', NULL, 2, 182500, false, '', '', '[]', 'reg:Y:limit:1', 300000, 0, 0, 0, 0, NULL, 27, 'raising'),
	(1, 'X', 'main', 'B', 10000000, 120000, 'equal_principal', 3, '2024-03-04', '2024-03-11', '2024-03-08', 2, 182500, false, 'fees', 'platform_fee', '[]', 'reg:X:limit:1', 0, 10000000, 3333334, 100000, 0, '2024-03-01', 17, 'disbursed'),
	(2, 'Z', 'main', 'B2', 500, 120000, 'equal_principal', 3, '2024-03-01', '2024-03-08', '2024-03-08', 2, 182500, false, '', '', '[]', 'reg:Z:limit:2', 500, 0, 0, 0, 0, NULL, 5, 'full');
INSERT INTO public.lock_order VALUES
	(0, 'lock:1', 'person:L3', 'spreading', 'lost his phone');
INSERT INTO public.mandate VALUES
	(1, 'L2:bid:1', 'L2', 'bid', 4000000, 3000000, '2025-03-01', '', 19, 'revoked');
INSERT INTO public.outbox VALUES
	(1, 'W4', 'demobank', 'credit_transfer', '\x7b22656e645f746f5f656e645f6964223a225734222c2270617965655f68617368223a2270617965653a4c31222c22616d6f756e745f6d696e6f72223a373030302c2263757272656e6379223a22434e59222c2262616e6b5f6163636f756e74223a227265663a31227d', 33, 'waiting'),
	(1, 'W1', 'demobank', 'credit_transfer', '\x7b22656e645f746f5f656e645f6964223a225731222c2270617965655f68617368223a2270617965653a42222c22616d6f756e745f6d696e6f72223a393030303030302c2263757272656e6379223a22434e59222c2262616e6b5f6163636f756e74223a227265663a31227d', 30, 'answered'),
	(1, 'W2', 'demobank', 'credit_transfer', '\x7b22656e645f746f5f656e645f6964223a225732222c2270617965655f68617368223a2270617965653a4c31222c22616d6f756e745f6d696e6f72223a3130303030302c2263757272656e6379223a22434e59222c2262616e6b5f6163636f756e74223a227265663a31227d', 31, 'answered'),
	(1, 'W3', 'demobank', 'credit_transfer', '\x7b22656e645f746f5f656e645f6964223a225733222c2270617965655f68617368223a2270617965653a4c31222c22616d6f756e745f6d696e6f72223a35303030302c2263757272656e6379223a22434e59222c2262616e6b5f6163636f756e74223a227265663a31227d', 32, 'in_doubt'),
	(0, 'lock:1:1', 'lane:1', 'person_lock_here', '\x7b226964223a226c6f636b3a313a31222c226b696e64223a22706572736f6e5f6c6f636b5f68657265222c22626f6479223a7b22706572736f6e223a22706572736f6e3a4c33222c22616374223a226c6f636b3a31227d7d', 18, 'answered');
INSERT INTO public.person VALUES
	(0, 'person:B', 'person', 'active', 'four_elements', 'sandbox', ''),
	(0, 'person:L1', 'person', 'active', 'four_elements', 'sandbox', ''),
	(0, 'person:L2', 'person', 'active', 'four_elements', 'sandbox', ''),
	(0, 'person:M', 'person', 'active', 'four_elements', 'sandbox', ''),
	(0, 'person:L3', 'person', 'locked', 'four_elements', 'sandbox', 'lock:1');
INSERT INTO public.person_here VALUES
	(1, 'person:L3', 'locked', 'lock:1');
INSERT INTO public.person_link VALUES
	(0, 'person:B:1', 'person:B', 1),
	(0, 'person:L1:1', 'person:L1', 1),
	(0, 'person:L2:1', 'person:L2', 1),
	(0, 'person:L3:1', 'person:L3', 1),
	(0, 'person:B:2', 'person:B', 2),
	(0, 'person:M:2', 'person:M', 2);
INSERT INTO public.plan_row VALUES
	(1, 'X:2', 'X', 2, '2024-05-01', 3333333, 66667, 0, 0, 0, 'planned'),
	(1, 'X:3', 'X', 3, '2024-06-01', 3333333, 33333, 0, 0, 0, 'planned'),
	(1, 'X:1', 'X', 1, '2024-04-01', 3333334, 100000, 3333334, 100000, 0, 'paid');
INSERT INTO public.platform VALUES
	(0, 'P1', 1, 'cn_p2p', 'active', true),
	(0, 'P2', 2, 'cn_p2p', 'active', true);
INSERT INTO public.pool VALUES
	(1, 'main', 'CNY', 'lending', 'open', 1, -11),
	(2, 'main', 'CNY', 'lending', 'open', 1, -11);
INSERT INTO public.posting_default VALUES
	(1, 5, 0, -12, 18, 7000000, 7000000, 7000000, NULL, NULL),
	(1, 8, 0, -12, 23, 3000000, 10000000, 3000000, NULL, NULL),
	(1, 11, 0, -12, 28, 1500001, 11500001, 1500001, NULL, NULL),
	(1, 16, 0, -12, 2, 100000, 11600001, 100000, NULL, NULL),
	(1, 18, 0, 18, 20, 6000000, 1000000, 6000000, 18, 18),
	(1, 20, 0, 23, 25, 3000000, 0, 3000000, 19, 20),
	(1, 22, 0, 28, 30, 500000, 1000001, 500000, 22, 22),
	(1, 23, 0, 30, 28, 500000, 0, 1500001, NULL, 22),
	(1, 24, 0, 28, 30, 990000, 510001, 990000, 24, 24),
	(1, 24, 1, 2, 3, 10000, 90000, 10000, NULL, 24),
	(1, 26, 0, 20, 13, 6000000, 0, 6000000, 18, 18),
	(1, 26, 1, 25, 13, 3000000, 0, 9000000, 19, 20),
	(1, 26, 2, 30, 13, 990000, 0, 9990000, 24, 24),
	(1, 26, 3, 3, 13, 10000, 0, 10000000, NULL, 24),
	(1, 26, 4, 13, 1, 200000, 9800000, 200000, 14, NULL),
	(1, 28, 0, 28, 30, 300000, 210001, 300000, 28, 28),
	(1, 30, 0, 13, 16, 9000000, 800000, 9000000, 30, 30),
	(1, 31, 0, 18, 21, 100000, 900000, 100000, 31, 31),
	(1, 31, 1, 18, 20, 100, 899900, 100, 15, 31),
	(1, 32, 0, 18, 21, 50000, 849900, 150000, 32, 32),
	(1, 33, 0, 18, 21, 7000, 842900, 157000, 33, 33),
	(1, 33, 1, 18, 20, 7, 842893, 107, 15, 33),
	(1, 35, 0, 16, -12, 9000000, 0, 2600001, NULL, 30),
	(1, 37, 0, 21, 18, 100000, 57000, 942893, NULL, 31),
	(1, 37, 1, 20, 18, 100, 7, 942993, NULL, 31),
	(1, 40, 0, -12, 13, 5050000, 7650001, 5850000, NULL, NULL),
	(1, 41, 0, 13, 15, 3433334, 2416666, 3433334, 41, 41),
	(1, 41, 1, 15, 18, 2060001, 1373333, 3002994, 41, 41),
	(1, 41, 2, 15, 23, 1030000, 343333, 1030000, 41, 41),
	(1, 41, 3, 15, 28, 343333, 0, 553334, 41, 41),
	(1, 42, 0, -33, 24, 20000, 20000, 20000, NULL, 42),
	(1, 43, 0, -12, -33, 20000, 7670001, 0, NULL, NULL),
	(1, 43, 1, 24, 23, 20000, 0, 1050000, NULL, 42),
	(1, 44, 0, -33, 24, 40000, 40000, 40000, NULL, 44),
	(2, 4, 0, -12, 18, 1000, 1000, 1000, NULL, NULL),
	(2, 6, 0, 18, 20, 500, 500, 500, 6, 6);
INSERT INTO public.reservation VALUES
	(0, 'reg:X:limit:1', 'person:B', 1, 'reg:X', 'CNY', 10000000, '2025-03-01', 'reserved'),
	(0, 'reg:Y:limit:1', 'person:B', 1, 'reg:Y', 'CNY', 400000, '2025-03-01', 'reserved'),
	(0, 'reg:Z:limit:2', 'person:B', 2, 'reg:Z', 'CNY', 500, '2025-03-01', 'reserved');
INSERT INTO public.salt_key VALUES
	(0, '2026-11-23 11:02:14.437284+00');
INSERT INTO public.schema_step VALUES
	(1, '0001_books', '2026-11-23 11:02:14.437284+00');
INSERT INTO public.state_move VALUES
	(1, 17, 0, 'listing', 'X', 'raise_opened', 'raising'),
	(1, 21, 0, 'mandate', 'L2:bid:1', 'revoked', 'revoked'),
	(1, 24, 0, 'listing', 'X', 'filled', 'full'),
	(1, 26, 0, 'listing', 'X', 'disbursed', 'disbursed'),
	(1, 27, 0, 'listing', 'Y', 'raise_opened', 'raising'),
	(1, 29, 0, 'day', '2024-03-01', 'closed', 'closed'),
	(1, 34, 0, 'withdrawal', 'W1', 'sent_to_bank', 'sent'),
	(1, 34, 1, 'outbox', 'W1', 'taken', 'sending'),
	(1, 35, 0, 'withdrawal', 'W1', 'bank_confirmed', 'settled'),
	(1, 35, 1, 'outbox', 'W1', 'answered', 'answered'),
	(1, 36, 0, 'withdrawal', 'W2', 'sent_to_bank', 'sent'),
	(1, 36, 1, 'outbox', 'W2', 'taken', 'sending'),
	(1, 37, 0, 'withdrawal', 'W2', 'bank_rejected', 'rejected'),
	(1, 37, 1, 'outbox', 'W2', 'answered', 'answered'),
	(1, 38, 0, 'withdrawal', 'W3', 'sent_to_bank', 'sent'),
	(1, 38, 1, 'outbox', 'W3', 'taken', 'sending'),
	(1, 39, 0, 'withdrawal', 'W3', 'timed_out', 'in_doubt'),
	(1, 39, 1, 'outbox', 'W3', 'timed_out', 'in_doubt'),
	(1, 41, 0, 'plan_row', 'X:1', 'paid_in_full', 'paid'),
	(1, 43, 0, 'deposit', 'notice:1', 'bank_settled', 'cleared'),
	(2, 5, 0, 'listing', 'Z', 'raise_opened', 'raising'),
	(2, 6, 0, 'listing', 'Z', 'filled', 'full'),
	(0, 18, 0, 'person', 'person:L3', 'lock', 'locked'),
	(1, 45, 0, 'account', 'L3', 'lock', 'locked'),
	(0, 19, 0, 'outbox', 'lock:1:1', 'taken', 'sending'),
	(0, 19, 1, 'outbox', 'lock:1:1', 'answered', 'answered');
INSERT INTO public.withdrawal VALUES
	(1, 'W4', 'L1', 'L1:card', 'payee:L1', 'bank', 7000, 7, 'W4', 33, 15, 33, 'held'),
	(1, 'W1', 'B', 'B:card', 'payee:B', 'bank', 9000000, 0, 'W1', 30, 0, 30, 'settled'),
	(1, 'W2', 'L1', 'L1:card', 'payee:L1', 'bank', 100000, 100, 'W2', 31, 15, 31, 'rejected'),
	(1, 'W3', 'L1', 'L1:card', 'payee:L1', 'bank', 50000, 0, 'W3', 32, 0, 32, 'in_doubt');
ALTER TABLE ONLY public.account
    ADD CONSTRAINT account_is_there_once PRIMARY KEY (lane, account);
ALTER TABLE ONLY public.authority
    ADD CONSTRAINT authority_is_there_once PRIMARY KEY (lane, seq);
ALTER TABLE ONLY public.balance
    ADD CONSTRAINT balance_is_there_once PRIMARY KEY (lane, account);
ALTER TABLE ONLY public.bank_account
    ADD CONSTRAINT bank_account_is_there_once PRIMARY KEY (lane, id);
ALTER TABLE ONLY public.batch
    ADD CONSTRAINT batch_is_there_once PRIMARY KEY (lane, first_seq);
ALTER TABLE ONLY public.card
    ADD CONSTRAINT card_is_there_once PRIMARY KEY (lane, id);
ALTER TABLE ONLY public.claim
    ADD CONSTRAINT claim_is_there_once PRIMARY KEY (lane, id);
ALTER TABLE ONLY public.claim_move
    ADD CONSTRAINT claim_move_is_there_once PRIMARY KEY (lane, seq, line);
ALTER TABLE ONLY public.clearing
    ADD CONSTRAINT clearing_is_there_once PRIMARY KEY (lane, id);
ALTER TABLE ONLY public.client_key
    ADD CONSTRAINT client_key_is_there_once PRIMARY KEY (lane, id);
ALTER TABLE ONLY public.deposit
    ADD CONSTRAINT deposit_is_there_once PRIMARY KEY (lane, id);
ALTER TABLE ONLY public.epoch
    ADD CONSTRAINT epoch_is_there_once PRIMARY KEY (epoch);
ALTER TABLE ONLY public.exposure
    ADD CONSTRAINT exposure_is_there_once PRIMARY KEY (lane, id);
ALTER TABLE ONLY public.fee_consent
    ADD CONSTRAINT fee_consent_is_there_once PRIMARY KEY (lane, id);
ALTER TABLE ONLY public.fee_schedule
    ADD CONSTRAINT fee_schedule_is_there_once PRIMARY KEY (lane, id);
ALTER TABLE ONLY public.hold
    ADD CONSTRAINT hold_is_there_once PRIMARY KEY (lane, id);
ALTER TABLE ONLY public.holder_account
    ADD CONSTRAINT holder_account_is_there_once PRIMARY KEY (lane, id);
ALTER TABLE ONLY public.instruction
    ADD CONSTRAINT instruction_is_there_once PRIMARY KEY (lane, seq);
ALTER TABLE ONLY public.instruction_default
    ADD CONSTRAINT instruction_default_pkey PRIMARY KEY (lane, seq);
ALTER TABLE ONLY public.instruction_key
    ADD CONSTRAINT instruction_id_is_used_once PRIMARY KEY (lane, key16);
ALTER TABLE ONLY public.journal
    ADD CONSTRAINT journal_is_there_once PRIMARY KEY (lane, seq);
ALTER TABLE ONLY public.journal_default
    ADD CONSTRAINT journal_default_pkey PRIMARY KEY (lane, seq);
ALTER TABLE ONLY public.lane_day
    ADD CONSTRAINT lane_day_is_there_once PRIMARY KEY (lane, id);
ALTER TABLE ONLY public.lane
    ADD CONSTRAINT lane_is_there_once PRIMARY KEY (lane);
ALTER TABLE ONLY public.lane_number
    ADD CONSTRAINT lane_number_is_there_once PRIMARY KEY (lane, id);
ALTER TABLE ONLY public.lease
    ADD CONSTRAINT lease_is_there_once PRIMARY KEY (lane);
ALTER TABLE ONLY public.listing
    ADD CONSTRAINT listing_is_there_once PRIMARY KEY (lane, id);
ALTER TABLE ONLY public.lock_order
    ADD CONSTRAINT lock_order_is_there_once PRIMARY KEY (lane, id);
ALTER TABLE ONLY public.mandate
    ADD CONSTRAINT mandate_is_there_once PRIMARY KEY (lane, id);
ALTER TABLE ONLY public.outbox
    ADD CONSTRAINT outbox_is_there_once PRIMARY KEY (lane, id);
ALTER TABLE ONLY public.person_here
    ADD CONSTRAINT person_here_is_there_once PRIMARY KEY (lane, id);
ALTER TABLE ONLY public.person
    ADD CONSTRAINT person_is_there_once PRIMARY KEY (lane, id);
ALTER TABLE ONLY public.person_link
    ADD CONSTRAINT person_link_is_there_once PRIMARY KEY (lane, id);
ALTER TABLE ONLY public.plan_row
    ADD CONSTRAINT plan_row_is_there_once PRIMARY KEY (lane, id);
ALTER TABLE ONLY public.platform
    ADD CONSTRAINT platform_is_there_once PRIMARY KEY (lane, id);
ALTER TABLE ONLY public.pool
    ADD CONSTRAINT pool_is_there_once PRIMARY KEY (lane, id);
ALTER TABLE ONLY public.posting
    ADD CONSTRAINT posting_is_there_once PRIMARY KEY (lane, seq, line);
ALTER TABLE ONLY public.posting_default
    ADD CONSTRAINT posting_default_pkey PRIMARY KEY (lane, seq, line);
ALTER TABLE ONLY public.reservation
    ADD CONSTRAINT reservation_is_there_once PRIMARY KEY (lane, id);
ALTER TABLE ONLY public.run
    ADD CONSTRAINT run_is_there_once PRIMARY KEY (lane, id);
ALTER TABLE ONLY public.run_item
    ADD CONSTRAINT run_item_is_there_once PRIMARY KEY (lane, id);
ALTER TABLE ONLY public.salt_key
    ADD CONSTRAINT salt_key_is_there_once PRIMARY KEY (salt_key_id);
ALTER TABLE ONLY public.schema_step
    ADD CONSTRAINT schema_step_is_applied_once PRIMARY KEY (number);
ALTER TABLE ONLY public.state_move
    ADD CONSTRAINT state_move_is_there_once PRIMARY KEY (lane, seq, line);
ALTER TABLE ONLY public.withdrawal
    ADD CONSTRAINT withdrawal_is_there_once PRIMARY KEY (lane, id);
CREATE INDEX account_by_owner ON public.account USING btree (lane, owner);
CREATE INDEX card_by_holder ON public.card USING btree (lane, holder);
CREATE INDEX claim_by_listing ON public.claim USING btree (lane, listing);
CREATE INDEX claim_move_by_listing ON public.claim_move USING btree (lane, listing, seq);
CREATE INDEX hold_by_listing ON public.hold USING btree (lane, listing);
CREATE INDEX hold_due ON public.hold USING btree (lane, release_by) WHERE ((state = 'open'::text) AND (purpose <> ALL (ARRAY['bid'::text, 'marketing_bid'::text])));
CREATE INDEX holder_account_by_person ON public.holder_account USING btree (lane, person);
CREATE INDEX listing_by_borrower ON public.listing USING btree (lane, borrower);
CREATE INDEX listing_raising ON public.listing USING btree (lane, raise_until) WHERE (state = ANY (ARRAY['raising'::text, 'full'::text, 'failing'::text]));
CREATE INDEX mandate_by_holder ON public.mandate USING btree (lane, holder);
CREATE INDEX outbox_waiting ON public.outbox USING btree (lane, seq) WHERE (state = ANY (ARRAY['waiting'::text, 'sending'::text, 'sent'::text, 'in_doubt'::text]));
CREATE INDEX person_link_by_person ON public.person_link USING btree (lane, person);
CREATE INDEX plan_row_by_listing ON public.plan_row USING btree (lane, listing);
CREATE INDEX posting_by_credit ON ONLY public.posting USING btree (lane, credit_account, seq);
CREATE INDEX posting_by_debit ON ONLY public.posting USING btree (lane, debit_account, seq);
CREATE INDEX posting_default_lane_credit_account_seq_idx ON public.posting_default USING btree (lane, credit_account, seq);
CREATE INDEX posting_default_lane_debit_account_seq_idx ON public.posting_default USING btree (lane, debit_account, seq);
CREATE INDEX run_item_by_step ON public.run_item USING btree (lane, step);
CREATE INDEX run_running ON public.run USING btree (lane, seq) WHERE (state = 'running'::text);
CREATE INDEX state_move_by_subject ON public.state_move USING btree (lane, machine, subject, seq);
ALTER INDEX public.instruction_is_there_once ATTACH PARTITION public.instruction_default_pkey;
ALTER INDEX public.journal_is_there_once ATTACH PARTITION public.journal_default_pkey;
ALTER INDEX public.posting_by_credit ATTACH PARTITION public.posting_default_lane_credit_account_seq_idx;
ALTER INDEX public.posting_by_debit ATTACH PARTITION public.posting_default_lane_debit_account_seq_idx;
ALTER INDEX public.posting_is_there_once ATTACH PARTITION public.posting_default_pkey;
CREATE TRIGGER account_is_append_only BEFORE DELETE OR UPDATE ON public.account FOR EACH ROW EXECUTE FUNCTION public.forbid_change();
CREATE TRIGGER account_is_never_emptied BEFORE TRUNCATE ON public.account FOR EACH STATEMENT EXECUTE FUNCTION public.forbid_change();
CREATE TRIGGER authority_is_append_only BEFORE DELETE OR UPDATE ON public.authority FOR EACH ROW EXECUTE FUNCTION public.forbid_change();
CREATE TRIGGER authority_is_never_emptied BEFORE TRUNCATE ON public.authority FOR EACH STATEMENT EXECUTE FUNCTION public.forbid_change();
CREATE TRIGGER batch_is_append_only BEFORE DELETE OR UPDATE ON public.batch FOR EACH ROW EXECUTE FUNCTION public.forbid_change();
CREATE TRIGGER batch_is_never_emptied BEFORE TRUNCATE ON public.batch FOR EACH STATEMENT EXECUTE FUNCTION public.forbid_change();
CREATE TRIGGER claim_move_is_append_only BEFORE DELETE OR UPDATE ON public.claim_move FOR EACH ROW EXECUTE FUNCTION public.forbid_change();
CREATE TRIGGER claim_move_is_never_emptied BEFORE TRUNCATE ON public.claim_move FOR EACH STATEMENT EXECUTE FUNCTION public.forbid_change();
CREATE TRIGGER instruction_default_is_never_emptied BEFORE TRUNCATE ON public.instruction_default FOR EACH STATEMENT EXECUTE FUNCTION public.forbid_change();
CREATE TRIGGER instruction_is_append_only BEFORE DELETE OR UPDATE ON public.instruction FOR EACH ROW EXECUTE FUNCTION public.forbid_change();
CREATE TRIGGER instruction_is_never_emptied BEFORE TRUNCATE ON public.instruction FOR EACH STATEMENT EXECUTE FUNCTION public.forbid_change();
CREATE TRIGGER journal_default_is_never_emptied BEFORE TRUNCATE ON public.journal_default FOR EACH STATEMENT EXECUTE FUNCTION public.forbid_change();
CREATE TRIGGER journal_is_append_only BEFORE DELETE OR UPDATE ON public.journal FOR EACH ROW EXECUTE FUNCTION public.forbid_change();
CREATE TRIGGER journal_is_never_emptied BEFORE TRUNCATE ON public.journal FOR EACH STATEMENT EXECUTE FUNCTION public.forbid_change();
CREATE TRIGGER posting_default_is_never_emptied BEFORE TRUNCATE ON public.posting_default FOR EACH STATEMENT EXECUTE FUNCTION public.forbid_change();
CREATE TRIGGER posting_is_append_only BEFORE DELETE OR UPDATE ON public.posting FOR EACH ROW EXECUTE FUNCTION public.forbid_change();
CREATE TRIGGER posting_is_never_emptied BEFORE TRUNCATE ON public.posting FOR EACH STATEMENT EXECUTE FUNCTION public.forbid_change();
CREATE TRIGGER run_item_is_append_only BEFORE DELETE OR UPDATE ON public.run_item FOR EACH ROW EXECUTE FUNCTION public.forbid_change();
CREATE TRIGGER run_item_is_never_emptied BEFORE TRUNCATE ON public.run_item FOR EACH STATEMENT EXECUTE FUNCTION public.forbid_change();
CREATE TRIGGER state_move_is_append_only BEFORE DELETE OR UPDATE ON public.state_move FOR EACH ROW EXECUTE FUNCTION public.forbid_change();
CREATE TRIGGER state_move_is_never_emptied BEFORE TRUNCATE ON public.state_move FOR EACH STATEMENT EXECUTE FUNCTION public.forbid_change();
