-- 0018 who stands behind a reference: personal data of a platform's clients, each under a key of his own that can be destroyed.
-- Expand only: tables of the doors, which no decision reads. No column holds personal data in clear: docs/adr/0044.
--   subject   '<lane>:<person>': a client as one platform knows him

-- A subject's data key (客户数据密钥), by version: wrapped by the KEK, then locked in a drawer whose lock lies outside the database.
--   state     current, old (a newer one encrypts; this one still reads), destroyed (no bytes of it are left)
CREATE TABLE subject_key (
    subject               text COLLATE "C" NOT NULL,
    version               int4 NOT NULL,
    drawer                int4 NOT NULL,
    lock                  int4 NOT NULL,
    kek                   int4 NOT NULL,
    locked                bytea NOT NULL,
    state                 text COLLATE "C" NOT NULL,
    at                    timestamptz NOT NULL,
    destroyed_at          timestamptz,
    CONSTRAINT subject_key_is_there_once PRIMARY KEY (subject, version),
    CONSTRAINT subject_key_state_is_known CHECK (state IN ('current', 'old', 'destroyed')),
    CONSTRAINT subject_key_destroyed_is_empty CHECK ((state = 'destroyed') = (length(locked) = 0 AND destroyed_at IS NOT NULL))
);
CREATE UNIQUE INDEX subject_key_current ON subject_key (subject) WHERE state = 'current';
CREATE INDEX subject_key_by_drawer ON subject_key (drawer, lock) WHERE state <> 'destroyed';
CREATE INDEX subject_key_by_kek ON subject_key (kek, subject) WHERE state <> 'destroyed';

-- A client's details (客户信息), each field encrypted by itself (keys/fields.py); `devices` and `cards` are lists.
--   key_version           the oldest version of the subject's key that any field is under: rotation goes by it
--   …_index               what stands for a value in exact search (keys/blind.py); NULL: not searched
--   jurisdiction, kept_until   by whose law it is kept, and at least until when, once that is known
CREATE TABLE person_detail (
    lane                  int4 NOT NULL,
    person                text COLLATE "C" NOT NULL,
    state                 text COLLATE "C" NOT NULL,
    key_version           int4 NOT NULL,
    name                  bytea,
    id_type               bytea,
    id_number             bytea,
    phone                 bytea,
    address               bytea,
    devices               bytea,
    cards                 bytea,
    phone_index           bytea,
    id_number_index       bytea,
    card_number_indexes   bytea[] NOT NULL DEFAULT '{}',
    jurisdiction          text COLLATE "C" NOT NULL,
    kept_until            date,
    at                    timestamptz NOT NULL,
    changed_at            timestamptz NOT NULL,
    CONSTRAINT person_detail_is_there_once PRIMARY KEY (lane, person),
    CONSTRAINT person_detail_state_is_known CHECK (state IN ('active', 'restricted', 'shredded')),
    CONSTRAINT person_detail_shredded_is_empty CHECK (state <> 'shredded' OR (
        coalesce(name, id_type, id_number, phone, address, devices, cards, phone_index, id_number_index) IS NULL
        AND card_number_indexes = '{}'))
);
CREATE INDEX person_detail_by_phone ON person_detail (lane, phone_index) WHERE phone_index IS NOT NULL;
CREATE INDEX person_detail_by_id_number ON person_detail (lane, id_number_index) WHERE id_number_index IS NOT NULL;
CREATE INDEX person_detail_by_card ON person_detail USING gin (card_number_indexes);

-- A client's document (客户影像资料): a scan, in encrypted parts of at most 1 MiB. What it is called is personal, and encrypted too.
--   digest    HMAC of the whole by the subject's key: the same document sent again is one
CREATE TABLE person_document (
    lane                  int4 NOT NULL,
    person                text COLLATE "C" NOT NULL,
    id                    text COLLATE "C" NOT NULL,
    kind                  text COLLATE "C" NOT NULL,
    media                 text COLLATE "C" NOT NULL,
    key_version           int4 NOT NULL,
    digest                bytea NOT NULL,
    bytes                 int8 NOT NULL,
    parts                 int4 NOT NULL,
    at                    timestamptz NOT NULL,
    CONSTRAINT person_document_is_there_once PRIMARY KEY (lane, person, id)
);

CREATE TABLE person_document_part (
    lane                  int4 NOT NULL,
    person                text COLLATE "C" NOT NULL,
    document              text COLLATE "C" NOT NULL,
    number                int4 NOT NULL,
    content               bytea NOT NULL,
    CONSTRAINT person_document_part_is_there_once PRIMARY KEY (lane, person, document, number)
);

-- A client's payee (本人收款账户): who stands behind the hash his card is bound to, under the client's own key.
CREATE TABLE person_payee (
    payee_hash            text COLLATE "C" NOT NULL,
    lane                  int4 NOT NULL,
    person                text COLLATE "C" NOT NULL,
    name_hash             text COLLATE "C" NOT NULL,
    account_hash          text COLLATE "C" NOT NULL,
    key_version           int4 NOT NULL,
    content               bytea NOT NULL,
    at                    timestamptz NOT NULL,
    CONSTRAINT person_payee_is_there_once PRIMARY KEY (payee_hash, lane, person)
);
CREATE INDEX person_payee_by_person ON person_payee (lane, person);

-- What became of a client's details (客户信息状态变更): a row a move, never changed. `reason` is for people, and in no leaf.
CREATE TABLE person_move (
    number                int8 GENERATED ALWAYS AS IDENTITY,
    lane                  int4 NOT NULL,
    person                text COLLATE "C" NOT NULL,
    event                 text COLLATE "C" NOT NULL,
    state                 text COLLATE "C" NOT NULL,
    maker                 text COLLATE "C" NOT NULL,
    checker               text COLLATE "C" NOT NULL,
    reason                text COLLATE "C" NOT NULL,
    kept_until            date,
    at                    timestamptz NOT NULL,
    CONSTRAINT person_move_is_there_once PRIMARY KEY (number),
    CONSTRAINT person_move_is_under_two_names CHECK (maker <> '' AND checker <> '' AND maker <> checker)
);
CREATE INDEX person_move_by_person ON person_move (lane, person, number);

-- Who saw what in clear (查阅记录): a row a look, never changed.
--   by_whom   the key of a platform, or a person of the custodian's;  what: the fields, or the document;  reason: of the custodian's
CREATE TABLE person_access (
    number                int8 GENERATED ALWAYS AS IDENTITY,
    lane                  int4 NOT NULL,
    person                text COLLATE "C" NOT NULL,
    by_whom               text COLLATE "C" NOT NULL,
    what                  text COLLATE "C" NOT NULL,
    reason                text COLLATE "C" NOT NULL,
    at                    timestamptz NOT NULL,
    CONSTRAINT person_access_is_there_once PRIMARY KEY (number)
);
CREATE INDEX person_access_by_person ON person_access (lane, person, number);

CREATE TRIGGER person_move_is_append_only BEFORE UPDATE OR DELETE ON person_move FOR EACH ROW EXECUTE FUNCTION forbid_change();
CREATE TRIGGER person_move_is_never_emptied BEFORE TRUNCATE ON person_move FOR EACH STATEMENT EXECUTE FUNCTION forbid_change();
CREATE TRIGGER person_access_is_append_only BEFORE UPDATE OR DELETE ON person_access FOR EACH ROW EXECUTE FUNCTION forbid_change();
CREATE TRIGGER person_access_is_never_emptied BEFORE TRUNCATE ON person_access FOR EACH STATEMENT EXECUTE FUNCTION forbid_change();

-- a move is an act of the log: LeafType.ERASURE
CREATE CONSTRAINT TRIGGER person_move_is_logged AFTER INSERT ON person_move DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION log_row('8', 'person', 'reason');

-- whose account a payment may go to is an act, as it is for payee_detail; who he is is not
CREATE CONSTRAINT TRIGGER person_payee_is_an_act AFTER INSERT ON person_payee DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION log_row('5', 'payee_hash', 'name_hash', 'account_hash', 'content');

-- a detail goes only to where its client's key is: person_payee
CREATE FUNCTION payee_detail_goes_to_its_client() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' AND EXISTS (SELECT FROM person_payee p WHERE p.payee_hash = OLD.payee_hash) THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'rows of payee_detail are never changed';
END $$;
CREATE OR REPLACE TRIGGER payee_detail_is_append_only BEFORE UPDATE OR DELETE ON payee_detail
    FOR EACH ROW EXECUTE FUNCTION payee_detail_goes_to_its_client();

-- a shredded client's payee is nobody any more
CREATE VIEW payee_known AS
    SELECT payee_hash, name_hash, account_hash, content, 0 AS lane, '' AS person FROM payee_detail
    UNION ALL
    SELECT payee_hash, name_hash, account_hash, content, lane, person FROM person_payee WHERE length(content) > 0;

INSERT INTO schema_step (number, name) VALUES (18, '0018_persons');
