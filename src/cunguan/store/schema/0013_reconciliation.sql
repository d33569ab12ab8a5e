-- 0013 the day's reconciliation: runs as they were, breaks and what became of them.
-- Expand only: tables of the doors, which no decision reads.

-- A run over one business date (对账批次): what it read, by which code, and what it found; another run of the date is another row.
-- `seen`: how much there was to read, by which the job knows that there is more.
CREATE TABLE recon_run (
    id                    int8 GENERATED ALWAYS AS IDENTITY,
    business_date         date NOT NULL,
    made_at               timestamptz NOT NULL,
    code_version          text COLLATE "C" NOT NULL,
    inputs_hash           bytea NOT NULL,
    seen                  text COLLATE "C" NOT NULL,
    verdict               text COLLATE "C" NOT NULL,
    result                bytea NOT NULL,
    CONSTRAINT recon_run_verdict_is_known CHECK (verdict IN ('agrees', 'explained', 'differs', 'incomplete')),
    CONSTRAINT recon_run_is_there_once PRIMARY KEY (id)
);
CREATE INDEX recon_run_by_date ON recon_run (business_date, id);

-- Up to where a bank account was compared whole: the books' sequence, and the date of the bank's statement.
CREATE TABLE recon_account (
    lane                  int4 NOT NULL,
    bank_account          text COLLATE "C" NOT NULL,
    business_date         date NOT NULL,
    upto                  int8 NOT NULL,
    run                   int8 NOT NULL,
    CONSTRAINT recon_account_is_there_once PRIMARY KEY (lane, bank_account, business_date, run)
);

-- A difference (差错) of R1, R2 or R5; states: states/break_.py. Those of R3 and R4 are check_break's, and stand in the same list.
-- `lines`: its lines of the books and of the bank. `matched`: they have found their other side since; until then they are compared
-- again each day, also when people have closed it.
CREATE TABLE recon_break (
    lane                  int4 NOT NULL,
    id                    text COLLATE "C" NOT NULL,
    rule                  text COLLATE "C" NOT NULL,
    code                  text COLLATE "C" NOT NULL,
    pool                  text COLLATE "C" NOT NULL,
    subject               text COLLATE "C" NOT NULL,
    key                   text COLLATE "C" NOT NULL,
    field                 text COLLATE "C" NOT NULL,
    ours                  text COLLATE "C" NOT NULL,
    theirs                text COLLATE "C" NOT NULL,
    currency              text COLLATE "C" NOT NULL,
    at_risk_minor         int8 NOT NULL,
    unordered             bool NOT NULL,
    since                 date NOT NULL,
    cause                 jsonb NOT NULL,
    evidence              jsonb NOT NULL,
    lines                 jsonb NOT NULL,
    of_earlier            text COLLATE "C" NOT NULL,
    opened_at             timestamptz NOT NULL,
    run                   int8 NOT NULL,
    state                 text COLLATE "C" NOT NULL,
    owner                 text COLLATE "C" NOT NULL,
    closed_at             timestamptz,
    matched               bool NOT NULL,
    CONSTRAINT recon_break_risk_is_not_negative CHECK (at_risk_minor >= 0),
    CONSTRAINT recon_break_that_is_closed_says_when CHECK ((state = 'closed') = (closed_at IS NOT NULL)),
    CONSTRAINT recon_break_is_there_once PRIMARY KEY (lane, id)
);
CREATE INDEX recon_break_by_date ON recon_break (since);
CREATE INDEX recon_break_by_run ON recon_break (run);
CREATE INDEX recon_break_by_difference ON recon_break (lane, split_part(id, '#', 1));
CREATE INDEX recon_break_that_is_open ON recon_break (lane, since) WHERE state <> 'closed';
CREATE INDEX recon_break_that_is_not_matched ON recon_break (lane, subject) WHERE NOT matched;

-- Every move of a break, of either table: who, why, on what evidence.
CREATE TABLE break_move (
    lane                  int4 NOT NULL,
    break                 text COLLATE "C" NOT NULL,
    number                int4 NOT NULL,
    at                    timestamptz NOT NULL,
    event                 text COLLATE "C" NOT NULL,
    state                 text COLLATE "C" NOT NULL,
    owner                 text COLLATE "C" NOT NULL,
    maker                 text COLLATE "C" NOT NULL,
    checker               text COLLATE "C" NOT NULL,
    note                  text COLLATE "C" NOT NULL,
    reference             text COLLATE "C" NOT NULL,
    run                   int8,
    CONSTRAINT break_move_is_there_once PRIMARY KEY (lane, break, number)
);

-- What the list shows of a check file's difference: who has it, and the money it is about.
ALTER TABLE check_break ADD COLUMN owner text COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE check_break ADD COLUMN currency text COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE check_break ADD COLUMN at_risk_minor int8 NOT NULL DEFAULT 0;

CREATE TRIGGER recon_run_is_append_only BEFORE UPDATE OR DELETE ON recon_run FOR EACH ROW EXECUTE FUNCTION forbid_change();
CREATE TRIGGER recon_account_is_append_only BEFORE UPDATE OR DELETE ON recon_account FOR EACH ROW EXECUTE FUNCTION forbid_change();
CREATE TRIGGER recon_account_is_never_emptied BEFORE TRUNCATE ON recon_account FOR EACH STATEMENT EXECUTE FUNCTION forbid_change();
CREATE TRIGGER break_move_is_append_only BEFORE UPDATE OR DELETE ON break_move FOR EACH ROW EXECUTE FUNCTION forbid_change();
CREATE TRIGGER recon_run_is_never_emptied BEFORE TRUNCATE ON recon_run FOR EACH STATEMENT EXECUTE FUNCTION forbid_change();
CREATE TRIGGER break_move_is_never_emptied BEFORE TRUNCATE ON break_move FOR EACH STATEMENT EXECUTE FUNCTION forbid_change();
CREATE TRIGGER recon_break_is_kept_as_it_was BEFORE DELETE OR UPDATE OF lane, id, rule, pool, subject, key, field, currency, since, of_earlier, opened_at
    ON recon_break FOR EACH ROW EXECUTE FUNCTION forbid_change();
CREATE TRIGGER recon_break_is_never_emptied BEFORE TRUNCATE ON recon_break FOR EACH STATEMENT EXECUTE FUNCTION forbid_change();

INSERT INTO schema_step (number, name) VALUES (13, '0013_reconciliation');
