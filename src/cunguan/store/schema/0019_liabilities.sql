-- 0019 proofs of liabilities: whose keys attest, snapshots of what pools owe, attestations of them, who was given a working file.
-- Expand only: tables of the doors, which no decision reads. Rows are added and never changed; each is an act of the log.

-- A key of an attester or of a bank (鉴证人、银行公钥), registered by two people. public_key: base64 of what keys/algorithms.py keeps.
CREATE TABLE liability_key (
    id                    text COLLATE "C" NOT NULL,
    name                  text COLLATE "C" NOT NULL,
    role                  text COLLATE "C" NOT NULL,
    algorithm             text COLLATE "C" NOT NULL,
    public_key            text COLLATE "C" NOT NULL,
    maker                 text COLLATE "C" NOT NULL,
    checker               text COLLATE "C" NOT NULL,
    at                    timestamptz NOT NULL,
    CONSTRAINT liability_key_role_is_known CHECK (role IN ('regulator', 'auditor', 'bank')),
    CONSTRAINT liability_key_is_under_two_names CHECK (maker <> '' AND checker <> '' AND maker <> checker),
    CONSTRAINT liability_key_is_there_once PRIMARY KEY (id)
);

-- A key that counts no longer from now on (公钥停用).
CREATE TABLE liability_key_end (
    key                   text COLLATE "C" NOT NULL,
    reason                text NOT NULL,
    maker                 text COLLATE "C" NOT NULL,
    checker               text COLLATE "C" NOT NULL,
    at                    timestamptz NOT NULL,
    CONSTRAINT liability_key_end_has_a_reason CHECK (reason <> ''),
    CONSTRAINT liability_key_end_is_under_two_names CHECK (maker <> '' AND checker <> '' AND maker <> checker),
    CONSTRAINT liability_key_ends_once PRIMARY KEY (key)
);

-- What a pool owed at one moment (负债快照); transparency/liability_files.py Snapshot. Its act has every column but the figures.
--   at      as the files write it: UTC, with microseconds;  seq: the lane's head it was taken at
--   slot    why it was taken, once a pool: daily:DATE, drawn:LOG:SIZE, asked:RUN
CREATE TABLE liability_snapshot (
    id                    text COLLATE "C" NOT NULL,
    lane                  int4 NOT NULL,
    pool                  text COLLATE "C" NOT NULL,
    currency              text COLLATE "C" NOT NULL,
    at                    text COLLATE "C" NOT NULL,
    business_date         date NOT NULL,
    seq                   int8 NOT NULL,
    run                   text COLLATE "C" NOT NULL,
    slot                  text COLLATE "C" NOT NULL,
    drawn_by              text COLLATE "C" NOT NULL,
    root                  text COLLATE "C" NOT NULL,
    total                 text COLLATE "C" NOT NULL,
    detail                text COLLATE "C" NOT NULL,
    clients               int8 NOT NULL,
    client_minor          int8 NOT NULL,
    owed_minor            int8 NOT NULL,
    CONSTRAINT liability_snapshot_drawn_by_is_known CHECK (drawn_by IN ('', 'witness', 'custodian')),
    CONSTRAINT liability_snapshot_is_not_below_zero CHECK (clients >= 0 AND client_minor >= 0 AND owed_minor >= client_minor),
    CONSTRAINT liability_snapshot_is_there_once PRIMARY KEY (id)
);
CREATE UNIQUE INDEX liability_snapshot_is_taken_once ON liability_snapshot (lane, pool, slot);
CREATE INDEX liability_snapshot_by_pool ON liability_snapshot (lane, pool, at);

-- What an attester signed of a snapshot (鉴证); liability_files.py Statement. Its act has every column but the figures and their salt.
CREATE TABLE liability_attestation (
    id                    text COLLATE "C" NOT NULL,
    snapshot              text COLLATE "C" NOT NULL,
    key                   text COLLATE "C" NOT NULL,
    attester              text COLLATE "C" NOT NULL,
    role                  text COLLATE "C" NOT NULL,
    assets                text COLLATE "C" NOT NULL,
    statement             text COLLATE "C" NOT NULL,
    algorithm             text COLLATE "C" NOT NULL,
    public_key            text COLLATE "C" NOT NULL,
    signature             text COLLATE "C" NOT NULL,
    figures               text COLLATE "C" NOT NULL,
    figures_salt          text COLLATE "C" NOT NULL,
    recorded_by           text COLLATE "C" NOT NULL,
    recorded_at           timestamptz NOT NULL,
    CONSTRAINT liability_attestation_assets_are_known CHECK (assets IN ('not_attested', 'agrees', 'differs', 'short')),
    CONSTRAINT liability_attestation_is_by_an_attester CHECK (role IN ('regulator', 'auditor')),
    CONSTRAINT liability_attestation_is_there_once PRIMARY KEY (id)
);
CREATE INDEX liability_attestation_by_snapshot ON liability_attestation (snapshot, recorded_at);

-- Who was given what every client is owed (工作底稿交付).
CREATE TABLE liability_export (
    number                int8 GENERATED ALWAYS AS IDENTITY,
    snapshot              text COLLATE "C" NOT NULL,
    recipient             text COLLATE "C" NOT NULL,
    sha256                text COLLATE "C" NOT NULL,
    by                    text COLLATE "C" NOT NULL,
    at                    timestamptz NOT NULL,
    CONSTRAINT liability_export_is_to_and_by_somebody CHECK (recipient <> '' AND by <> ''),
    CONSTRAINT liability_export_is_there_once PRIMARY KEY (number)
);

CREATE CONSTRAINT TRIGGER liability_key_is_an_act AFTER INSERT ON liability_key
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION log_row('6', 'id');
CREATE CONSTRAINT TRIGGER liability_key_end_is_an_act AFTER INSERT ON liability_key_end
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION log_row('6', 'key');
CREATE CONSTRAINT TRIGGER liability_snapshot_is_an_act AFTER INSERT ON liability_snapshot
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION log_row('9', 'id', 'clients', 'client_minor', 'owed_minor');
CREATE CONSTRAINT TRIGGER liability_attestation_is_an_act AFTER INSERT ON liability_attestation
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION log_row('9', 'id', 'figures', 'figures_salt');
CREATE CONSTRAINT TRIGGER liability_export_is_an_act AFTER INSERT ON liability_export
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION log_row('9', 'snapshot');

CREATE TRIGGER liability_key_is_append_only BEFORE UPDATE OR DELETE ON liability_key FOR EACH ROW EXECUTE FUNCTION forbid_change();
CREATE TRIGGER liability_key_end_is_append_only BEFORE UPDATE OR DELETE ON liability_key_end FOR EACH ROW EXECUTE FUNCTION forbid_change();
CREATE TRIGGER liability_snapshot_is_append_only BEFORE UPDATE OR DELETE ON liability_snapshot FOR EACH ROW EXECUTE FUNCTION forbid_change();
CREATE TRIGGER liability_attestation_is_append_only BEFORE UPDATE OR DELETE ON liability_attestation FOR EACH ROW EXECUTE FUNCTION forbid_change();
CREATE TRIGGER liability_export_is_append_only BEFORE UPDATE OR DELETE ON liability_export FOR EACH ROW EXECUTE FUNCTION forbid_change();
CREATE TRIGGER liability_key_is_never_emptied BEFORE TRUNCATE ON liability_key FOR EACH STATEMENT EXECUTE FUNCTION forbid_change();
CREATE TRIGGER liability_key_end_is_never_emptied BEFORE TRUNCATE ON liability_key_end FOR EACH STATEMENT EXECUTE FUNCTION forbid_change();
CREATE TRIGGER liability_snapshot_is_never_emptied BEFORE TRUNCATE ON liability_snapshot FOR EACH STATEMENT EXECUTE FUNCTION forbid_change();
CREATE TRIGGER liability_attestation_is_never_emptied BEFORE TRUNCATE ON liability_attestation FOR EACH STATEMENT EXECUTE FUNCTION forbid_change();
CREATE TRIGGER liability_export_is_never_emptied BEFORE TRUNCATE ON liability_export FOR EACH STATEMENT EXECUTE FUNCTION forbid_change();

INSERT INTO schema_step (number, name) VALUES (19, '0019_liabilities');
