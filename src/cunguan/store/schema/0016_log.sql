-- 0016 the log: what doors did, how far each lane is taken in, what was signed.
-- Expand only: tables of the sequencer, which no decision reads. Source: design/lanes.md 22, transparency/leaf.py.

-- What was done outside the lanes and can move money (留痕事项): statements taken in, keys, limits, two people's decisions, erasures.
-- `seq` has no gaps and grows in the order of commits; `content` is what the leaf commits to; no personal data.
CREATE TABLE log_act (
    seq                   int8 NOT NULL,
    type                  int4 NOT NULL,
    subject               text COLLATE "C" NOT NULL,
    salt_key_id           int4 NOT NULL,
    at                    timestamptz NOT NULL,
    content               bytea NOT NULL,
    CONSTRAINT log_act_is_there_once PRIMARY KEY (seq)
);
CREATE INDEX log_act_by_subject ON log_act (subject, seq);

CREATE TABLE log_act_head (
    one                   bool NOT NULL DEFAULT true CONSTRAINT log_act_head_is_one_row PRIMARY KEY
                          CONSTRAINT log_act_head_is_true CHECK (one),
    head                  int8 NOT NULL DEFAULT 0
) WITH (fillfactor = 20);
INSERT INTO log_act_head DEFAULT VALUES;

-- a further act, as the last thing of its transaction: whoever calls it holds the counter until the commit
-- pg_temp stands last: a temporary table of a caller who calls it log_act is not the log
CREATE FUNCTION log_act_add(wanted int4, what text, about jsonb) RETURNS int8
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE number int8;
BEGIN
    UPDATE log_act_head SET head = head + 1 RETURNING head INTO number;
    INSERT INTO log_act (seq, type, subject, salt_key_id, at, content)
    VALUES (number, wanted, what, (SELECT max(salt_key_id) FROM salt_key), clock_timestamp(), convert_to(about::text, 'UTF8'));
    RETURN number;
END $$;
REVOKE ALL ON FUNCTION log_act_add FROM PUBLIC;  -- who may: store/roles.py; a trigger runs whoever writes its table

-- a row of a table is an act: `CREATE CONSTRAINT TRIGGER ... AFTER INSERT OR UPDATE ... DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
-- EXECUTE FUNCTION log_row('<type>', '<column of the subject>', '<column left out>', ...)`: deferred, so that the counter is held shortly
CREATE FUNCTION log_row() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp SET timezone = 'UTC' SET bytea_output = 'hex' AS $$
DECLARE kept jsonb := to_jsonb(NEW);
BEGIN
    FOR place IN 2 .. TG_NARGS - 1 LOOP
        kept := kept - TG_ARGV[place];
    END LOOP;
    PERFORM log_act_add(TG_ARGV[0]::int4, TG_TABLE_NAME || ':' || (kept ->> TG_ARGV[1]),
                        jsonb_build_object('table', TG_TABLE_NAME, 'act', lower(TG_OP), 'row', kept));
    RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION log_row FROM PUBLIC;  -- else who only reads could hang it on a temporary table

-- A log of this installation (日志): one at a time; a log that cannot go on is closed, and another begins with a leaf that names it:
-- the act `opened_by`.
CREATE TABLE log_origin (
    log                   int4 NOT NULL,
    origin                text COLLATE "C" NOT NULL,
    opened_at             timestamptz NOT NULL,
    opened_by             int8,
    closed_at             timestamptz,
    CONSTRAINT log_origin_is_there_once PRIMARY KEY (log),
    CONSTRAINT log_origin_is_used_once UNIQUE (origin)
);
CREATE UNIQUE INDEX log_origin_that_is_open ON log_origin ((closed_at IS NULL)) WHERE closed_at IS NULL;

-- How far a lane is taken in; lane -1: log_act.
CREATE TABLE log_lane (
    log                   int4 NOT NULL,
    lane                  int4 NOT NULL,
    head                  int8 NOT NULL,
    CONSTRAINT log_lane_is_there_once PRIMARY KEY (log, lane)
) WITH (fillfactor = 20);

-- Leaves of one lane that stand together: those of (first_seq - 1, last_seq], sorted by sequence and type, from first_index on.
-- A range without a leaf has no chunk. `sides`: what number each posting has on its accounts (transparency/sides.py).
CREATE TABLE log_chunk (
    log                   int4 NOT NULL,
    first_index           int8 NOT NULL,
    leaves                int4 NOT NULL,
    lane                  int4 NOT NULL,
    first_seq             int8 NOT NULL,
    last_seq              int8 NOT NULL,
    sides                 bytea NOT NULL,
    CONSTRAINT log_chunk_is_there_once PRIMARY KEY (log, first_index),
    CONSTRAINT log_chunk_follows_another UNIQUE (log, lane, first_seq),
    CONSTRAINT log_chunk_is_in_order CHECK (leaves > 0 AND first_seq <= last_seq)
);
ALTER TABLE log_chunk ALTER COLUMN sides SET STORAGE EXTERNAL;  -- hashes do not compress; parts of it are read

-- A size of the log with its root, stored before it is signed: a size never gets another root.
-- `note` is what was published; `cosigned_at` is when the quorum had cosigned.
CREATE TABLE log_checkpoint (
    log                   int4 NOT NULL,
    size                  int8 NOT NULL,
    root                  bytea NOT NULL,
    at                    timestamptz NOT NULL,
    note                  bytea,
    cosigned_at           timestamptz,
    CONSTRAINT log_checkpoint_is_there_once PRIMARY KEY (log, size),
    CONSTRAINT log_checkpoint_has_a_root CHECK (length(root) = 32)
);
CREATE INDEX log_checkpoint_cosigned ON log_checkpoint (log, size) WHERE cosigned_at IS NOT NULL;

-- An account's postings as they were last numbered: transparency/leaf.py Side.
CREATE TABLE log_account (
    log                   int4 NOT NULL,
    lane                  int4 NOT NULL,
    account               int8 NOT NULL,
    number                int8 NOT NULL,
    last                  bytea NOT NULL,
    seq                   int8 NOT NULL,
    CONSTRAINT log_account_is_there_once PRIMARY KEY (log, lane, account)
) WITH (fillfactor = 70);

CREATE TRIGGER log_act_is_append_only BEFORE UPDATE OR DELETE ON log_act FOR EACH ROW EXECUTE FUNCTION forbid_change();
CREATE TRIGGER log_act_is_never_emptied BEFORE TRUNCATE ON log_act FOR EACH STATEMENT EXECUTE FUNCTION forbid_change();
CREATE TRIGGER log_chunk_is_append_only BEFORE UPDATE OR DELETE ON log_chunk FOR EACH ROW EXECUTE FUNCTION forbid_change();
CREATE TRIGGER log_chunk_is_never_emptied BEFORE TRUNCATE ON log_chunk FOR EACH STATEMENT EXECUTE FUNCTION forbid_change();
CREATE TRIGGER log_checkpoint_keeps_its_root BEFORE DELETE OR UPDATE OF log, size, root, at ON log_checkpoint
    FOR EACH ROW EXECUTE FUNCTION forbid_change();
CREATE TRIGGER log_checkpoint_is_never_emptied BEFORE TRUNCATE ON log_checkpoint FOR EACH STATEMENT EXECUTE FUNCTION forbid_change();

-- What doors' tables hold that can move money is an act each. Left out: free text, and whatever could be somebody's.
CREATE CONSTRAINT TRIGGER door_key_is_an_act AFTER INSERT ON door_key DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION log_row('6', 'id', 'reason');
CREATE CONSTRAINT TRIGGER door_key_that_ends_is_an_act AFTER UPDATE ON door_key DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
    WHEN (OLD.valid_until IS DISTINCT FROM NEW.valid_until OR OLD.revoked_at IS DISTINCT FROM NEW.revoked_at)
    EXECUTE FUNCTION log_row('6', 'id', 'reason');
CREATE CONSTRAINT TRIGGER salt_key_is_an_act AFTER INSERT ON salt_key DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION log_row('6', 'salt_key_id');
CREATE CONSTRAINT TRIGGER door_profile_is_an_act AFTER INSERT OR UPDATE ON door_profile DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION log_row('5', 'for_lane');
CREATE CONSTRAINT TRIGGER lanmao_profile_is_an_act AFTER INSERT OR UPDATE ON lanmao_profile DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION log_row('5', 'for_lane', 'notify_url');
CREATE CONSTRAINT TRIGGER payee_detail_is_an_act AFTER INSERT ON payee_detail DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION log_row('5', 'payee_hash', 'name_hash', 'account_hash', 'content');
CREATE CONSTRAINT TRIGGER safeguarding_regime_is_an_act AFTER INSERT ON safeguarding_regime DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION log_row('5', 'number');
CREATE CONSTRAINT TRIGGER safeguarding_means_is_an_act AFTER INSERT ON safeguarding_means DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION log_row('5', 'number');
CREATE CONSTRAINT TRIGGER bank_statement_is_an_act AFTER INSERT ON bank_statement DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION log_row('4', 'id', 'account', 'difference');
CREATE CONSTRAINT TRIGGER bank_statement_that_changes_is_an_act AFTER UPDATE ON bank_statement DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN (OLD.state IS DISTINCT FROM NEW.state) EXECUTE FUNCTION log_row('4', 'id', 'account', 'difference');
CREATE CONSTRAINT TRIGGER safeguarding_statement_is_an_act AFTER INSERT ON safeguarding_statement DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION log_row('4', 'number');
CREATE CONSTRAINT TRIGGER break_move_of_two_people_is_an_act AFTER INSERT ON break_move DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN (NEW.checker <> '') EXECUTE FUNCTION log_row('7', 'break', 'note');
CREATE CONSTRAINT TRIGGER check_break_that_is_closed_is_an_act AFTER UPDATE ON check_break DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN (OLD.state <> NEW.state AND NEW.checker <> '')
    EXECUTE FUNCTION log_row('7', 'id', 'key', 'ours', 'theirs', 'reason');
CREATE CONSTRAINT TRIGGER check_confirm_is_an_act AFTER INSERT ON check_confirm DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION log_row('7', 'instruction_id');
CREATE CONSTRAINT TRIGGER safeguarding_sign_off_is_an_act AFTER INSERT ON safeguarding_sign_off DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION log_row('7', 'run', 'note');
CREATE CONSTRAINT TRIGGER epoch_is_an_act AFTER INSERT ON epoch DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION log_row('7', 'epoch', 'reason');

INSERT INTO schema_step (number, name) VALUES (16, '0016_log');
