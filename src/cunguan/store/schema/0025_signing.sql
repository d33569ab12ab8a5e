-- 0025 limits of clients (issue People 3). Expand only.

-- What may leave an account (客户限额), by its holder: by one withdrawal and in a business day, 0 for none; what comes later and when,
-- in seconds since 1970; what was withdrawn on the day, by one-time codes among it.
CREATE TABLE client_limit (
    lane                  int4 NOT NULL,
    id                    text COLLATE "C" NOT NULL,
    each_minor            int8 NOT NULL,
    day_minor             int8 NOT NULL,
    later_each_minor      int8 NOT NULL,
    later_day_minor       int8 NOT NULL,
    later_at              int8 NOT NULL,
    used_date             date NOT NULL,
    used_minor            int8 NOT NULL,
    used_by_code_minor    int8 NOT NULL,
    CONSTRAINT client_limit_is_there_once PRIMARY KEY (lane, id),
    CONSTRAINT client_limit_is_no_less_than_nothing CHECK (each_minor >= 0 AND day_minor >= 0 AND used_minor >= 0)
) WITH (fillfactor = 90);

INSERT INTO schema_step (number, name) VALUES (25, '0025_signing');
