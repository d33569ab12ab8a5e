-- 0008 daily check files, what the platform says of the day, breaks and confirms.
-- Expand only: tables of the doors, which no decision reads. `seq` is the lane's last sequence of the business date.

-- A file as it was issued (对账文件): its bytes and their signature never change, whatever code comes later.
CREATE TABLE check_file (
    lane                  int4 NOT NULL,
    business_date         date NOT NULL,
    kind                  text COLLATE "C" NOT NULL,
    form                  text COLLATE "C" NOT NULL,
    first_seq             int8 NOT NULL,
    seq                   int8 NOT NULL,
    row_count             int8 NOT NULL,
    debit_minor           int8 NOT NULL,
    credit_minor          int8 NOT NULL,
    issued_at             timestamptz NOT NULL,
    issued_on             date NOT NULL,
    sha256                bytea NOT NULL,
    key_id                text COLLATE "C" NOT NULL,
    signature             bytea NOT NULL,
    content               bytea NOT NULL,
    CONSTRAINT check_file_is_of_a_date CHECK (first_seq >= 1 AND seq >= first_seq),
    CONSTRAINT check_file_is_issued_once PRIMARY KEY (lane, business_date, kind, form)
);

-- What a platform says of a date: its own file or its figures, as they came, before anything was read of them.
CREATE TABLE check_upload (
    lane                  int4 NOT NULL,
    instruction_id        text COLLATE "C" NOT NULL,
    business_date         date NOT NULL,
    kind                  text COLLATE "C" NOT NULL,
    seq                   int8 NOT NULL,
    form                  text COLLATE "C" NOT NULL,
    key_id                text COLLATE "C" NOT NULL,
    received_at           timestamptz NOT NULL,
    sha256                bytea NOT NULL,
    content               bytea NOT NULL,
    CONSTRAINT check_upload_form_is_known CHECK (form IN ('file', 'figures')),
    CONSTRAINT check_upload_is_there_once PRIMARY KEY (lane, instruction_id)
);
CREATE INDEX check_upload_by_date ON check_upload (lane, business_date, kind, received_at);

-- A difference (差错) that a comparison found, or a date nobody confirmed; what was found is never rewritten, only ended.
CREATE TABLE check_break (
    lane                  int4 NOT NULL,
    id                    text COLLATE "C" NOT NULL,
    business_date         date NOT NULL,
    seq                   int8 NOT NULL,
    kind                  text COLLATE "C" NOT NULL,
    code                  text COLLATE "C" NOT NULL,
    key                   text COLLATE "C" NOT NULL,
    field                 text COLLATE "C" NOT NULL,
    ours                  text COLLATE "C" NOT NULL,
    theirs                text COLLATE "C" NOT NULL,
    line                  int8 NOT NULL,
    opened_at             timestamptz NOT NULL,
    state                 text COLLATE "C" NOT NULL,
    closed_at             timestamptz,
    reason                text NOT NULL,
    maker                 text COLLATE "C" NOT NULL,
    checker               text COLLATE "C" NOT NULL,
    CONSTRAINT check_break_that_is_closed_says_why CHECK ((state = 'closed') = (closed_at IS NOT NULL) AND (state <> 'closed' OR reason <> '')),
    CONSTRAINT check_break_is_there_once PRIMARY KEY (lane, id)
);
CREATE INDEX check_break_by_date ON check_break (lane, business_date);
CREATE INDEX check_break_that_is_open ON check_break (lane, business_date) WHERE state <> 'closed';

-- A date both sides agree on.
CREATE TABLE check_confirm (
    lane                  int4 NOT NULL,
    business_date         date NOT NULL,
    seq                   int8 NOT NULL,
    instruction_id        text COLLATE "C" NOT NULL,
    key_id                text COLLATE "C" NOT NULL,
    confirmed_at          timestamptz NOT NULL,
    CONSTRAINT check_confirm_is_given_once PRIMARY KEY (lane, business_date)
);

CREATE TRIGGER check_file_is_append_only BEFORE UPDATE OR DELETE ON check_file FOR EACH ROW EXECUTE FUNCTION forbid_change();
CREATE TRIGGER check_upload_is_append_only BEFORE UPDATE OR DELETE ON check_upload FOR EACH ROW EXECUTE FUNCTION forbid_change();
CREATE TRIGGER check_confirm_is_append_only BEFORE UPDATE OR DELETE ON check_confirm FOR EACH ROW EXECUTE FUNCTION forbid_change();
CREATE TRIGGER check_file_is_never_emptied BEFORE TRUNCATE ON check_file FOR EACH STATEMENT EXECUTE FUNCTION forbid_change();
CREATE TRIGGER check_upload_is_never_emptied BEFORE TRUNCATE ON check_upload FOR EACH STATEMENT EXECUTE FUNCTION forbid_change();
CREATE TRIGGER check_confirm_is_never_emptied BEFORE TRUNCATE ON check_confirm FOR EACH STATEMENT EXECUTE FUNCTION forbid_change();

INSERT INTO schema_step (number, name) VALUES (8, '0008_check_files');
