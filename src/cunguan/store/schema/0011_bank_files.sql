-- 0011 what the bank sends and is sent: bytes first, then what was read of them.
-- Expand only: tables of the doors, which no decision reads. Nobody's name stands here: only in the bytes.

-- A file as it came from a bank or went to one (银行文件), before anything was read of it.
CREATE TABLE bank_file (
    id                    int8 GENERATED ALWAYS AS IDENTITY,
    direction             text COLLATE "C" NOT NULL,
    channel               text COLLATE "C" NOT NULL,
    name                  text COLLATE "C" NOT NULL,
    at                    timestamptz NOT NULL,
    sha256                bytea NOT NULL,
    bytes                 int8 NOT NULL,
    state                 text COLLATE "C" NOT NULL,
    why                   text NOT NULL,
    CONSTRAINT bank_file_direction_is_known CHECK (direction IN ('in', 'out')),
    CONSTRAINT bank_file_state_is_known CHECK (state IN ('received', 'read', 'flagged', 'unreadable', 'waiting', 'sent')),
    CONSTRAINT bank_file_is_there_once PRIMARY KEY (id)
);
CREATE UNIQUE INDEX bank_file_is_known_by_its_bytes ON bank_file (channel, direction, sha256);
CREATE INDEX bank_file_not_used_whole ON bank_file (id) WHERE direction = 'in' AND state IN ('flagged', 'unreadable', 'received');

-- Its bytes, in parts of at most 1 MiB: a file of any size is written and read in little memory.
CREATE TABLE bank_file_part (
    file                  int8 NOT NULL,
    part                  int4 NOT NULL,
    content               bytea NOT NULL,
    CONSTRAINT bank_file_part_is_there_once PRIMARY KEY (file, part)
);

-- How often the same bytes came.
CREATE TABLE bank_file_again (
    file                  int8 NOT NULL,
    at                    timestamptz NOT NULL,
    name                  text COLLATE "C" NOT NULL
);
CREATE INDEX bank_file_again_by_file ON bank_file_again (file);

-- A statement, report or notification in a file; states: states/statement.py. Only a sound one (balanced, or without balances)
-- is told to the books. `account`: the reference of our bank account, else its last four characters; `same_as`: it came before.
-- Who reconciles leaves out what is `replaced` (read or told anew) or `same_as`.
CREATE TABLE bank_statement (
    id                    int8 GENERATED ALWAYS AS IDENTITY,
    file                  int8 NOT NULL,
    place                 int4 NOT NULL,
    channel               text COLLATE "C" NOT NULL,
    format                text COLLATE "C" NOT NULL,
    kind                  text COLLATE "C" NOT NULL,
    identity              text COLLATE "C" NOT NULL,
    lane                  int4,
    bank_account          text COLLATE "C" NOT NULL,
    account               text COLLATE "C" NOT NULL,
    currency              text COLLATE "C" NOT NULL,
    day                   date,
    opening_minor         int8,
    closing_minor         int8,
    entry_count           int8 NOT NULL,
    credit_minor          int8 NOT NULL,
    debit_minor           int8 NOT NULL,
    verdict               text COLLATE "C" NOT NULL,
    difference            text COLLATE "C" NOT NULL,
    state                 text COLLATE "C" NOT NULL,
    digest                bytea NOT NULL,
    same_as               int8,
    CONSTRAINT bank_statement_is_there_once PRIMARY KEY (id)
);
CREATE INDEX bank_statement_by_account ON bank_statement (channel, account, day);
CREATE INDEX bank_statement_by_identity ON bank_statement (channel, identity);
CREATE INDEX bank_statement_by_bank_account ON bank_statement (lane, bank_account, day);
CREATE INDEX bank_statement_by_day ON bank_statement (day) WHERE kind = 'statement';
CREATE INDEX bank_statement_by_file ON bank_statement (file);
CREATE UNIQUE INDEX bank_statement_by_place ON bank_statement (file, place) WHERE state <> 'replaced';

-- A movement of a bank account, whichever messages tell of it (notification, report, statement): told to the books once.
CREATE TABLE bank_line (
    id                    int8 GENERATED ALWAYS AS IDENTITY,
    channel               text COLLATE "C" NOT NULL,
    account               text COLLATE "C" NOT NULL,
    key                   bytea NOT NULL,
    statement             int8 NOT NULL,
    number                int4 NOT NULL,
    CONSTRAINT bank_line_is_there_once PRIMARY KEY (id)
);
CREATE UNIQUE INDEX bank_line_by_key ON bank_line (channel, account, key);

-- A transaction of a statement: an entry, or one of the parts of a batch (`part`); `line`: its movement, where it is booked.
-- payer_hash, name_hash: keys/sealed.py; key: what is the same of it in every message; holder: whose deposit it says it is; outcome: '' not looked at yet, booked (by
-- instruction_id), known (the books had it by instruction_id), waits, person (two people must book it), nothing (cause says why)
CREATE TABLE bank_entry (
    statement             int8 NOT NULL,
    number                int4 NOT NULL,
    part                  int4 NOT NULL,
    key                   bytea NOT NULL,
    line                  int8,
    booked_on             date,
    value_on              date,
    credit                boolean NOT NULL,
    amount_minor          int8 NOT NULL,
    currency              text COLLATE "C" NOT NULL,
    status                text COLLATE "C" NOT NULL,
    reversal              boolean NOT NULL,
    code                  text COLLATE "C" NOT NULL,
    reference             text COLLATE "C" NOT NULL,
    bank_reference        text COLLATE "C" NOT NULL,
    end_to_end_id         text COLLATE "C" NOT NULL,
    payer_hash            text COLLATE "C" NOT NULL,
    name_hash             text COLLATE "C" NOT NULL,
    holder                text COLLATE "C" NOT NULL,
    return_reason         text COLLATE "C" NOT NULL,
    instruction_id        text COLLATE "C" NOT NULL,
    outcome               text COLLATE "C" NOT NULL,
    cause                 text COLLATE "C" NOT NULL,
    CONSTRAINT bank_entry_is_positive CHECK (amount_minor >= 0),
    CONSTRAINT bank_entry_outcome_is_known CHECK (outcome IN ('', 'booked', 'known', 'waits', 'person', 'nothing')),
    CONSTRAINT bank_entry_is_there_once PRIMARY KEY (statement, number, part)
);
CREATE INDEX bank_entry_open ON bank_entry (statement, number, part) WHERE outcome = '';
CREATE INDEX bank_entry_waiting ON bank_entry (statement) WHERE outcome IN ('waits', 'person');
CREATE INDEX bank_entry_by_line ON bank_entry (line);
CREATE INDEX bank_entry_by_amount ON bank_entry (booked_on, amount_minor) WHERE credit;
CREATE INDEX bank_entry_by_end_to_end ON bank_entry (end_to_end_id) WHERE end_to_end_id <> '';
CREATE INDEX bank_entry_by_instruction ON bank_entry (instruction_id) WHERE instruction_id <> '';

-- A line of a file that is no entry: where it stands and what is wrong with it; the rest of its file was read.
CREATE TABLE bank_bad_line (
    file                  int8 NOT NULL,
    number                int4 NOT NULL,
    place                 text COLLATE "C" NOT NULL,
    why                   text NOT NULL,
    CONSTRAINT bank_bad_line_is_there_once PRIMARY KEY (file, number)
);

-- What a bank's report says of a payment (付款状态): told to the books once; outcome as of an entry. `order_id`: the id the bank knows.
CREATE TABLE bank_status (
    file                  int8 NOT NULL,
    number                int4 NOT NULL,
    channel               text COLLATE "C" NOT NULL,
    order_id              text COLLATE "C" NOT NULL,
    status                text COLLATE "C" NOT NULL,
    amount_minor          int8 NOT NULL,
    reason                text NOT NULL,
    is_final              boolean NOT NULL,
    instruction_id        text COLLATE "C" NOT NULL,
    outcome               text COLLATE "C" NOT NULL,
    cause                 text COLLATE "C" NOT NULL,
    CONSTRAINT bank_status_outcome_is_known CHECK (outcome IN ('', 'booked', 'known', 'person', 'nothing')),
    CONSTRAINT bank_status_is_there_once PRIMARY KEY (file, number)
);
CREATE INDEX bank_status_open ON bank_status (file, number) WHERE outcome = '';

-- A payment channel's settlement file (渠道清算): what it pays for which deposits; it waits for the credit that bears its reference,
-- and is `booked` with it, `doubtful` when the books refused it, `replaced` when the channel sent another. Only one that adds up is here.
CREATE TABLE bank_settlement (
    file                  int8 NOT NULL,
    channel               text COLLATE "C" NOT NULL,
    lane                  int4 NOT NULL,
    bank_account          text COLLATE "C" NOT NULL,
    settle_date           date NOT NULL,
    currency              text COLLATE "C" NOT NULL,
    reference             text COLLATE "C" NOT NULL,
    order_count           int4 NOT NULL,
    gross_minor           int8 NOT NULL,
    fee_minor             int8 NOT NULL,
    net_minor             int8 NOT NULL,
    state                 text COLLATE "C" NOT NULL,
    CONSTRAINT bank_settlement_state_is_known CHECK (state IN ('waiting', 'booked', 'doubtful', 'replaced')),
    CONSTRAINT bank_settlement_is_there_once PRIMARY KEY (file)
);
CREATE UNIQUE INDEX bank_settlement_by_reference ON bank_settlement (lane, bank_account, reference) WHERE state <> 'replaced';

-- What it pays for one deposit.
CREATE TABLE bank_settlement_order (
    file                  int8 NOT NULL,
    number                int4 NOT NULL,
    deposit               text COLLATE "C" NOT NULL,
    gross_minor           int8 NOT NULL,
    fee_minor             int8 NOT NULL,
    CONSTRAINT bank_settlement_order_is_there_once PRIMARY KEY (file, number)
);

-- What came and what was read of it stays as it was; only what became of it is written beside.
CREATE TRIGGER bank_file_part_is_append_only BEFORE UPDATE OR DELETE ON bank_file_part FOR EACH ROW EXECUTE FUNCTION forbid_change();
CREATE TRIGGER bank_file_again_is_append_only BEFORE UPDATE OR DELETE ON bank_file_again FOR EACH ROW EXECUTE FUNCTION forbid_change();
CREATE TRIGGER bank_line_is_append_only BEFORE UPDATE OR DELETE ON bank_line FOR EACH ROW EXECUTE FUNCTION forbid_change();
CREATE TRIGGER bank_settlement_order_is_append_only BEFORE UPDATE OR DELETE ON bank_settlement_order FOR EACH ROW EXECUTE FUNCTION forbid_change();
CREATE TRIGGER bank_file_is_kept_as_it_was BEFORE DELETE OR UPDATE OF
    id, direction, channel, name, at, sha256, bytes
    ON bank_file FOR EACH ROW EXECUTE FUNCTION forbid_change();
CREATE TRIGGER bank_statement_is_kept_as_it_was BEFORE DELETE OR UPDATE OF
    id, file, place, channel, format, kind, identity, lane, bank_account, account, currency, day,
    opening_minor, closing_minor, entry_count, credit_minor, debit_minor, verdict, difference, digest
    ON bank_statement FOR EACH ROW EXECUTE FUNCTION forbid_change();
CREATE TRIGGER bank_entry_is_kept_as_it_was BEFORE DELETE OR UPDATE OF
    statement, number, part, key, booked_on, value_on, credit, amount_minor, currency, status, reversal, code,
    reference, bank_reference, end_to_end_id, payer_hash, name_hash, holder, return_reason
    ON bank_entry FOR EACH ROW EXECUTE FUNCTION forbid_change();
CREATE TRIGGER bank_file_is_never_emptied BEFORE TRUNCATE ON bank_file FOR EACH STATEMENT EXECUTE FUNCTION forbid_change();
CREATE TRIGGER bank_file_part_is_never_emptied BEFORE TRUNCATE ON bank_file_part FOR EACH STATEMENT EXECUTE FUNCTION forbid_change();
CREATE TRIGGER bank_file_again_is_never_emptied BEFORE TRUNCATE ON bank_file_again FOR EACH STATEMENT EXECUTE FUNCTION forbid_change();
CREATE TRIGGER bank_statement_is_never_emptied BEFORE TRUNCATE ON bank_statement FOR EACH STATEMENT EXECUTE FUNCTION forbid_change();
CREATE TRIGGER bank_line_is_never_emptied BEFORE TRUNCATE ON bank_line FOR EACH STATEMENT EXECUTE FUNCTION forbid_change();
CREATE TRIGGER bank_entry_is_never_emptied BEFORE TRUNCATE ON bank_entry FOR EACH STATEMENT EXECUTE FUNCTION forbid_change();
CREATE TRIGGER bank_settlement_order_is_never_emptied BEFORE TRUNCATE ON bank_settlement_order FOR EACH STATEMENT EXECUTE FUNCTION forbid_change();

INSERT INTO schema_step (number, name) VALUES (11, '0011_bank_files');
