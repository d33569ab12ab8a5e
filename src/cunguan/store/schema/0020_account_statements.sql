-- 0020 account statements: what each client account came to in a month, stated once, each an act of the log.
-- Expand only. Source: ADR 0040; transparency/receipt.py Month.

-- A month of one account (账户月结单): its postings by their numbers, its balances, the links of the last before it and the last of it.
-- No movement: last_number is first_number - 1. The links are hex; "" where the account had no posting yet.
CREATE TABLE account_statement (
    lane                  int4 NOT NULL,
    account               int8 NOT NULL,
    month                 text COLLATE "C" NOT NULL,
    platform              text COLLATE "C" NOT NULL,
    owner                 text COLLATE "C" NOT NULL,
    code                  text COLLATE "C" NOT NULL,
    currency              text COLLATE "C" NOT NULL,
    first_number          int8 NOT NULL,
    last_number           int8 NOT NULL,
    postings              int8 NOT NULL,
    opening_minor         int8 NOT NULL,
    closing_minor         int8 NOT NULL,
    previous_link         text COLLATE "C" NOT NULL,
    last_link             text COLLATE "C" NOT NULL,
    upto_seq              int8 NOT NULL,
    CONSTRAINT account_statement_is_there_once PRIMARY KEY (lane, account, month),
    CONSTRAINT account_statement_counts_its_postings CHECK (postings = last_number - first_number + 1 AND postings >= 0 AND first_number >= 1),
    CONSTRAINT account_statement_links_are_hashes CHECK (length(previous_link) IN (0, 64) AND length(last_link) IN (0, 64)),
    CONSTRAINT account_statement_has_balances CHECK (opening_minor >= 0 AND closing_minor >= 0)
);

-- A lane's month of which all accounts are stated.
CREATE TABLE account_statement_run (
    lane                  int4 NOT NULL,
    month                 text COLLATE "C" NOT NULL,
    upto_seq              int8 NOT NULL,
    statements            int8 NOT NULL,
    at                    timestamptz NOT NULL,
    CONSTRAINT account_statement_run_is_there_once PRIMARY KEY (lane, month)
);

-- one act a row, counted for all rows of a statement at once: a month of a million accounts is a thousand transactions, not a million
CREATE FUNCTION account_statement_acts() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE last int8;
BEGIN
    UPDATE log_act_head SET head = head + (SELECT count(*) FROM added) RETURNING head INTO last;
    INSERT INTO log_act (seq, type, subject, salt_key_id, at, content)
    SELECT last - count(*) OVER () + row_number() OVER (ORDER BY lane, account, month), 10,
           'account_statement:' || lane || '/' || account || '/' || month, (SELECT max(salt_key_id) FROM salt_key), clock_timestamp(),
           convert_to(jsonb_build_object('table', 'account_statement', 'act', 'insert', 'row', to_jsonb(added))::text, 'UTF8')
    FROM added;
    RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION account_statement_acts FROM PUBLIC;
CREATE TRIGGER account_statement_is_an_act AFTER INSERT ON account_statement REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION account_statement_acts();

CREATE TRIGGER account_statement_is_append_only BEFORE UPDATE OR DELETE ON account_statement FOR EACH ROW EXECUTE FUNCTION forbid_change();
CREATE TRIGGER account_statement_is_never_emptied BEFORE TRUNCATE ON account_statement FOR EACH STATEMENT EXECUTE FUNCTION forbid_change();
CREATE TRIGGER account_statement_run_is_append_only BEFORE UPDATE OR DELETE ON account_statement_run
    FOR EACH ROW EXECUTE FUNCTION forbid_change();
CREATE TRIGGER account_statement_run_is_never_emptied BEFORE TRUNCATE ON account_statement_run
    FOR EACH STATEMENT EXECUTE FUNCTION forbid_change();

INSERT INTO schema_step (number, name) VALUES (20, '0020_account_statements');
