-- 0021 the keys of the seal, wrapped; how keys are destroyed under two names.
-- Expand only: tables of the doors, which no decision reads. Source: keys/sealed.py, docs/keys.md.

-- A version of the key that files and payees are sealed with (密封密钥), wrapped by the KEK; 0 is the installation's first, from
-- which the hashes of names and accounts are made as well: it is never destroyed. No row 0: it lies in the home's file.
--   retired_at    nothing was sealed by it any more
CREATE TABLE sealing_key (
    version               int4 NOT NULL,
    wrapped               bytea NOT NULL,
    at                    timestamptz NOT NULL,
    retired_at            timestamptz,
    destroyed_at          timestamptz,
    CONSTRAINT sealing_key_is_there_once PRIMARY KEY (version),
    CONSTRAINT sealing_key_has_a_version CHECK (version >= 0),
    CONSTRAINT sealing_key_destroyed_is_empty CHECK ((destroyed_at IS NULL) = (length(wrapped) > 0)),
    CONSTRAINT sealing_key_is_retired_first CHECK (destroyed_at IS NULL OR (version > 0 AND retired_at <= destroyed_at))
);

-- A key that is to be destroyed (密钥销毁): proposed by one, done by another, a day later at the earliest.
CREATE TABLE key_destruction (
    number                int8 GENERATED ALWAYS AS IDENTITY,
    name                  text COLLATE "C" NOT NULL,
    through               int4 NOT NULL,
    maker                 text COLLATE "C" NOT NULL,
    proposed_at           timestamptz NOT NULL,
    reason                text COLLATE "C" NOT NULL,
    checker               text COLLATE "C",
    done_at               timestamptz,
    CONSTRAINT key_destruction_is_there_once PRIMARY KEY (number),
    CONSTRAINT key_destruction_is_under_two_names CHECK (maker <> '' AND (checker IS NULL OR (checker <> '' AND checker <> maker))),
    CONSTRAINT key_destruction_is_done_by_somebody CHECK ((checker IS NULL) = (done_at IS NULL)),
    CONSTRAINT key_destruction_is_a_day_later CHECK (done_at IS NULL OR done_at >= proposed_at + interval '1 day')
);
CREATE UNIQUE INDEX key_destruction_proposed_once ON key_destruction (name) WHERE done_at IS NULL;

-- which version of the sealing key sealed these bytes: forms 2 and 3 say it in the four bytes after the form
CREATE FUNCTION seal_version(head bytea) RETURNS int4 LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE WHEN length(head) >= 5 AND get_byte(head, 0) IN (2, 3)
        THEN (get_byte(head, 1) << 24) + (get_byte(head, 2) << 16) + (get_byte(head, 3) << 8) + get_byte(head, 4) ELSE 0 END
$$;

-- Rows are never changed, but for bytes that are sealed anew by a newer version of the key; all else of their row stays.
CREATE OR REPLACE FUNCTION forbid_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND TG_TABLE_NAME = 'bank_file_part' THEN
        IF (NEW.file, NEW.part) = (OLD.file, OLD.part) AND seal_version(NEW.content) > seal_version(OLD.content) THEN
            RETURN NEW;
        END IF;
    ELSIF TG_OP = 'UPDATE' AND TG_TABLE_NAME = 'payee_detail' THEN
        IF (NEW.payee_hash, NEW.name_hash, NEW.account_hash, NEW.at) = (OLD.payee_hash, OLD.name_hash, OLD.account_hash, OLD.at)
            AND seal_version(NEW.content) > seal_version(OLD.content) THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION '% is append-only: a mistake is corrected by a new journal', TG_TABLE_NAME
        USING ERRCODE = 'CG002';
END $$;

-- a detail goes only to where its client's key is (0018), or is sealed anew
CREATE OR REPLACE FUNCTION payee_detail_goes_to_its_client() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        IF EXISTS (SELECT FROM person_payee p WHERE p.payee_hash = OLD.payee_hash) THEN
            RETURN OLD;
        END IF;
    ELSIF (NEW.payee_hash, NEW.name_hash, NEW.account_hash, NEW.at) = (OLD.payee_hash, OLD.name_hash, OLD.account_hash, OLD.at)
        AND seal_version(NEW.content) > seal_version(OLD.content) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'payee_detail is append-only: a payee is brought anew' USING ERRCODE = 'CG002';
END $$;

CREATE TRIGGER sealing_key_is_never_deleted BEFORE DELETE ON sealing_key FOR EACH ROW EXECUTE FUNCTION forbid_change();
CREATE TRIGGER sealing_key_is_never_emptied BEFORE TRUNCATE ON sealing_key FOR EACH STATEMENT EXECUTE FUNCTION forbid_change();
CREATE TRIGGER key_destruction_is_never_deleted BEFORE DELETE ON key_destruction FOR EACH ROW EXECUTE FUNCTION forbid_change();
CREATE TRIGGER key_destruction_is_never_emptied BEFORE TRUNCATE ON key_destruction
    FOR EACH STATEMENT EXECUTE FUNCTION forbid_change();

-- both are acts of the log: LeafType.KEY
CREATE CONSTRAINT TRIGGER sealing_key_is_logged AFTER INSERT OR UPDATE ON sealing_key DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION log_row('6', 'version', 'wrapped');
CREATE CONSTRAINT TRIGGER key_destruction_is_logged AFTER INSERT OR UPDATE ON key_destruction DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION log_row('6', 'name', 'reason');

INSERT INTO schema_step (number, name) VALUES (21, '0021_sealing_keys');
