-- 0009 what the jobs worker and the supervised processes keep.

-- Up to which line a bank account's statement was read (收款轮询进度). Losing a row is harmless: lines that are read again
-- have the same ids, and are booked once.
CREATE TABLE bank_cursor (
    channel               text COLLATE "C" NOT NULL,
    reference             text COLLATE "C" NOT NULL,
    number                int8 NOT NULL,
    at                    timestamptz NOT NULL,
    CONSTRAINT bank_cursor_is_there_once PRIMARY KEY (channel, reference),
    CONSTRAINT bank_cursor_is_a_line CHECK (number > 0)
);

INSERT INTO schema_step (number, name) VALUES (9, '0009_jobs');
