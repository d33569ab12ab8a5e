-- 0009 what the jobs worker keeps.

-- What was fetched from a bank, as the bank lists it: a file of the same name that changed is fetched again.
-- Losing a row is harmless: the same bytes are known by their hash.
CREATE TABLE bank_file_seen (
    id                    int8 GENERATED ALWAYS AS IDENTITY,
    channel               text COLLATE "C" NOT NULL,
    name                  text COLLATE "C" NOT NULL,
    mark                  text COLLATE "C" NOT NULL,
    file                  int8 NOT NULL,
    CONSTRAINT bank_file_seen_is_there_once PRIMARY KEY (channel, name, mark)
);
CREATE INDEX bank_file_seen_in_order ON bank_file_seen (channel, id);

INSERT INTO schema_step (number, name) VALUES (9, '0009_jobs');
