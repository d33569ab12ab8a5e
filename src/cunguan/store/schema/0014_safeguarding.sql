-- 0014 safeguarding: which rule binds a pool, where its money is kept safe, runs with their sign-off, breaches and notices.
-- Expand only: tables of the doors, which no decision reads. Rows are added and never changed: a later one says what is so now.

-- A rule pack that binds a pool (适用规则), with the facts it needs; the highest number of (lane, pool, rule) that has begun counts.
CREATE TABLE safeguarding_regime (
    number                int8 GENERATED ALWAYS AS IDENTITY,
    lane                  int4 NOT NULL,
    pool                  text COLLATE "C" NOT NULL,
    rule                  text COLLATE "C" NOT NULL,
    pool_class            text COLLATE "C" NOT NULL,
    firm_class            text COLLATE "C" NOT NULL,
    revenue_minor         int8,
    firm                  text COLLATE "C" NOT NULL,
    valid_from            date NOT NULL,
    valid_until           date,
    maker                 text COLLATE "C" NOT NULL,
    checker               text COLLATE "C" NOT NULL,
    at                    timestamptz NOT NULL,
    CONSTRAINT safeguarding_regime_is_under_two_names CHECK (maker <> '' AND checker <> '' AND maker <> checker),
    CONSTRAINT safeguarding_regime_is_there_once PRIMARY KEY (number)
);
CREATE INDEX safeguarding_regime_by_pool ON safeguarding_regime (lane, pool, rule, number);

-- Where money is kept safe (保障方式): a bank account of the pool with its letter, an asset, an insurance, a guarantee.
--   id          of an account: that of the bank account;  letter: the reference of the acknowledgement, policy or bond
--   valid_from, valid_until  half open;  the highest number of (lane, pool, id) that has begun counts
CREATE TABLE safeguarding_means (
    number                int8 GENERATED ALWAYS AS IDENTITY,
    lane                  int4 NOT NULL,
    pool                  text COLLATE "C" NOT NULL,
    id                    text COLLATE "C" NOT NULL,
    kind                  text COLLATE "C" NOT NULL,
    amount_minor          int8 NOT NULL,
    institution           text COLLATE "C" NOT NULL,
    letter                text COLLATE "C" NOT NULL,
    valid_from            date NOT NULL,
    valid_until           date,
    maker                 text COLLATE "C" NOT NULL,
    checker               text COLLATE "C" NOT NULL,
    at                    timestamptz NOT NULL,
    CONSTRAINT safeguarding_means_kind_is_known CHECK (kind IN ('account', 'unplaced', 'asset', 'insurance', 'guarantee')),
    CONSTRAINT safeguarding_means_amount_is_of_no_account CHECK (amount_minor >= 0 AND (kind NOT IN ('account', 'unplaced') OR amount_minor = 0)),
    CONSTRAINT safeguarding_means_is_under_two_names CHECK (maker <> '' AND checker <> '' AND maker <> checker),
    CONSTRAINT safeguarding_means_is_there_once PRIMARY KEY (number)
);
CREATE INDEX safeguarding_means_by_pool ON safeguarding_means (lane, pool, id, number);

-- What the holder of an account, asset or cover says of a date, where no file of it came (第三方账单); the highest number counts.
CREATE TABLE safeguarding_statement (
    number                int8 GENERATED ALWAYS AS IDENTITY,
    lane                  int4 NOT NULL,
    pool                  text COLLATE "C" NOT NULL,
    id                    text COLLATE "C" NOT NULL,
    day                   date NOT NULL,
    amount_minor          int8 NOT NULL,
    document              text COLLATE "C" NOT NULL,
    maker                 text COLLATE "C" NOT NULL,
    checker               text COLLATE "C" NOT NULL,
    at                    timestamptz NOT NULL,
    CONSTRAINT safeguarding_statement_is_under_two_names CHECK (maker <> '' AND checker <> '' AND maker <> checker),
    CONSTRAINT safeguarding_statement_is_there_once PRIMARY KEY (number)
);
CREATE INDEX safeguarding_statement_by_day ON safeguarding_statement (lane, pool, id, day, number);

-- A run (测算): what was read, by which rules and which code, and what they say. The same again is the same run.
--   outcome   canonical JSON, with everything that was read;  activity: what was done on the day;  proposed: the top-up
--   lane 0    from a firm's own file
CREATE TABLE safeguarding_run (
    id                    int8 GENERATED ALWAYS AS IDENTITY,
    at                    timestamptz NOT NULL,
    lane                  int4 NOT NULL,
    platform              text COLLATE "C" NOT NULL,
    pool                  text COLLATE "C" NOT NULL,
    currency              text COLLATE "C" NOT NULL,
    rule                  text COLLATE "C" NOT NULL,
    rule_hash             text COLLATE "C" NOT NULL,
    day                   date NOT NULL,
    code_version          text COLLATE "C" NOT NULL,
    inputs_sha256         text COLLATE "C" NOT NULL,
    outcome               text COLLATE "C" NOT NULL,
    activity              text COLLATE "C" NOT NULL,
    proposed              text COLLATE "C" NOT NULL,
    requirement_minor     int8 NOT NULL,
    resource_minor        int8 NOT NULL,
    next_requirement_minor int8,
    next_resource_minor   int8,
    external              text COLLATE "C" NOT NULL,
    is_sound              bool NOT NULL,
    preparer              text COLLATE "C" NOT NULL,
    CONSTRAINT safeguarding_run_has_a_preparer CHECK (preparer <> ''),
    CONSTRAINT safeguarding_run_external_is_known CHECK (external IN ('agrees', 'differs', 'incomplete')),
    CONSTRAINT safeguarding_run_is_there_once PRIMARY KEY (id)
);
CREATE UNIQUE INDEX safeguarding_run_is_made_once ON safeguarding_run (lane, platform, pool, rule, day, inputs_sha256, rule_hash, code_version);
CREATE INDEX safeguarding_run_by_day ON safeguarding_run (rule, day, lane, pool, id);

-- Who has looked at a run: not who made it (复核).
CREATE TABLE safeguarding_sign_off (
    run                   int8 NOT NULL,
    preparer              text COLLATE "C" NOT NULL,
    reviewer              text COLLATE "C" NOT NULL,
    note                  text COLLATE "C" NOT NULL,
    at                    timestamptz NOT NULL,
    CONSTRAINT safeguarding_sign_off_is_by_another CHECK (reviewer <> '' AND reviewer <> preparer),
    CONSTRAINT safeguarding_sign_off_is_given_once PRIMARY KEY (run)
);

-- What a run found against its rule (违规): money missing, money not in its place, records that differ from statements.
CREATE TABLE safeguarding_breach (
    run                   int8 NOT NULL,
    kind                  text COLLATE "C" NOT NULL,
    amount_minor          int8 NOT NULL,
    due                   date NOT NULL,
    whom                  text COLLATE "C" NOT NULL,
    notify                text COLLATE "C" NOT NULL,
    clause                text COLLATE "C" NOT NULL,
    CONSTRAINT safeguarding_breach_kind_is_known CHECK (kind IN ('shortfall', 'not_placed', 'excess', 'records_differ')),
    CONSTRAINT safeguarding_breach_notify_is_known CHECK (notify IN ('without_delay', 'not_made_good_that_day')),
    CONSTRAINT safeguarding_breach_is_found_once PRIMARY KEY (run, kind)
);

-- Who was told of a breach, when and how (报告): the text as it was sent is known by its hash.
CREATE TABLE safeguarding_notice (
    number                int8 GENERATED ALWAYS AS IDENTITY,
    run                   int8 NOT NULL,
    whom                  text COLLATE "C" NOT NULL,
    reference             text COLLATE "C" NOT NULL,
    sent_by               text COLLATE "C" NOT NULL,
    sent_at               timestamptz NOT NULL,
    text_sha256           text COLLATE "C" NOT NULL,
    CONSTRAINT safeguarding_notice_has_a_reference_and_a_sender CHECK (reference <> '' AND sent_by <> ''),
    CONSTRAINT safeguarding_notice_is_there_once PRIMARY KEY (number)
);
CREATE INDEX safeguarding_notice_by_run ON safeguarding_notice (run);

CREATE TRIGGER safeguarding_regime_is_append_only BEFORE UPDATE OR DELETE ON safeguarding_regime FOR EACH ROW EXECUTE FUNCTION forbid_change();
CREATE TRIGGER safeguarding_means_is_append_only BEFORE UPDATE OR DELETE ON safeguarding_means FOR EACH ROW EXECUTE FUNCTION forbid_change();
CREATE TRIGGER safeguarding_statement_is_append_only BEFORE UPDATE OR DELETE ON safeguarding_statement FOR EACH ROW EXECUTE FUNCTION forbid_change();
CREATE TRIGGER safeguarding_run_is_append_only BEFORE UPDATE OR DELETE ON safeguarding_run FOR EACH ROW EXECUTE FUNCTION forbid_change();
CREATE TRIGGER safeguarding_sign_off_is_append_only BEFORE UPDATE OR DELETE ON safeguarding_sign_off FOR EACH ROW EXECUTE FUNCTION forbid_change();
CREATE TRIGGER safeguarding_breach_is_append_only BEFORE UPDATE OR DELETE ON safeguarding_breach FOR EACH ROW EXECUTE FUNCTION forbid_change();
CREATE TRIGGER safeguarding_notice_is_append_only BEFORE UPDATE OR DELETE ON safeguarding_notice FOR EACH ROW EXECUTE FUNCTION forbid_change();
CREATE TRIGGER safeguarding_regime_is_never_emptied BEFORE TRUNCATE ON safeguarding_regime FOR EACH STATEMENT EXECUTE FUNCTION forbid_change();
CREATE TRIGGER safeguarding_means_is_never_emptied BEFORE TRUNCATE ON safeguarding_means FOR EACH STATEMENT EXECUTE FUNCTION forbid_change();
CREATE TRIGGER safeguarding_statement_is_never_emptied BEFORE TRUNCATE ON safeguarding_statement FOR EACH STATEMENT EXECUTE FUNCTION forbid_change();
CREATE TRIGGER safeguarding_run_is_never_emptied BEFORE TRUNCATE ON safeguarding_run FOR EACH STATEMENT EXECUTE FUNCTION forbid_change();
CREATE TRIGGER safeguarding_sign_off_is_never_emptied BEFORE TRUNCATE ON safeguarding_sign_off FOR EACH STATEMENT EXECUTE FUNCTION forbid_change();
CREATE TRIGGER safeguarding_breach_is_never_emptied BEFORE TRUNCATE ON safeguarding_breach FOR EACH STATEMENT EXECUTE FUNCTION forbid_change();
CREATE TRIGGER safeguarding_notice_is_never_emptied BEFORE TRUNCATE ON safeguarding_notice FOR EACH STATEMENT EXECUTE FUNCTION forbid_change();

INSERT INTO schema_step (number, name) VALUES (14, '0014_safeguarding');
