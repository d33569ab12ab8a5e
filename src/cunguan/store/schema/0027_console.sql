-- 0027 what the custodian's console keeps beside the books: sums by date, what it searched, what it gave out.
-- Expand only: tables of the doors, which no decision reads. None of it is money: all of it can be made again from the books.

-- Up to which sequence a lane was summed up; whoever sums holds the row.
CREATE TABLE console_mark (
    lane                  int4 NOT NULL,
    upto                  int8 NOT NULL,
    CONSTRAINT console_mark_is_there_once PRIMARY KEY (lane)
) WITH (fillfactor = 20);

-- What was debited and credited to a code of a pool on one business date (科目日发生额): a trial balance is the sum of its dates.
CREATE TABLE console_day (
    lane                  int4 NOT NULL,
    business_date         date NOT NULL,
    pool                  text COLLATE "C" NOT NULL,
    currency              text COLLATE "C" NOT NULL,
    code                  text COLLATE "C" NOT NULL,
    debit_minor           int8 NOT NULL,
    credit_minor          int8 NOT NULL,
    CONSTRAINT console_day_is_there_once PRIMARY KEY (lane, business_date, pool, currency, code)
);

-- The quarantined instructions among the sequences that were summed up: among tens of millions nobody looks for them twice.
CREATE TABLE console_quarantine (
    lane                  int4 NOT NULL,
    seq                   int8 NOT NULL,
    CONSTRAINT console_quarantine_is_there_once PRIMARY KEY (lane, seq)
);

-- Who searched by which kind of personal data (检索记录), and how many were found; never what was searched for.
CREATE TABLE console_search (
    number                int8 GENERATED ALWAYS AS IDENTITY,
    at                    timestamptz NOT NULL,
    by_whom               text COLLATE "C" NOT NULL,
    what                  text COLLATE "C" NOT NULL,
    found                 int4 NOT NULL,
    CONSTRAINT console_search_is_there_once PRIMARY KEY (number)
);

-- A list somebody took out (导出), why, and its file: for its maker alone, and gone after a day; the row stays.
CREATE TABLE console_export (
    id                    uuid NOT NULL,
    maker                 text COLLATE "C" NOT NULL,
    list                  text COLLATE "C" NOT NULL,
    filters               jsonb NOT NULL,
    language              text COLLATE "C" NOT NULL,
    reason                text NOT NULL,
    asked_at              timestamptz NOT NULL,
    state                 text COLLATE "C" NOT NULL,
    row_count             int8 NOT NULL,
    made_at               timestamptz,
    content               bytea,
    CONSTRAINT console_export_has_a_reason CHECK (maker <> '' AND reason <> ''),
    CONSTRAINT console_export_state_is_known CHECK (state IN ('waiting', 'made', 'failed', 'gone')),
    CONSTRAINT console_export_has_a_file_while_it_is_made CHECK ((state = 'made') = (content IS NOT NULL)),
    CONSTRAINT console_export_is_there_once PRIMARY KEY (id)
);
CREATE INDEX console_export_by_maker ON console_export (maker, asked_at DESC);
CREATE INDEX console_export_under_way ON console_export (asked_at) WHERE state IN ('waiting', 'made');

CREATE TRIGGER console_search_is_append_only BEFORE UPDATE OR DELETE ON console_search FOR EACH ROW EXECUTE FUNCTION forbid_change();
CREATE TRIGGER console_search_is_never_emptied BEFORE TRUNCATE ON console_search FOR EACH STATEMENT EXECUTE FUNCTION forbid_change();
CREATE TRIGGER console_export_is_kept_as_it_was BEFORE DELETE OR UPDATE OF id, maker, list, filters, language, reason, asked_at
    ON console_export FOR EACH ROW EXECUTE FUNCTION forbid_change();
CREATE TRIGGER console_export_is_never_emptied BEFORE TRUNCATE ON console_export FOR EACH STATEMENT EXECUTE FUNCTION forbid_change();

INSERT INTO schema_step (number, name) VALUES (27, '0027_console');
