-- 0007 what a client is asked to confirm at the custodian's page.

-- A request that a client confirms one instruction (授权请求), under the instruction's own id. What was asked never changes:
-- the role `door` may update only what came of it.
--   canonical    the authority's text; `challenge` its hash, which the client's key signs
--   page_hash    SHA-256 of the page's token: who reads this table cannot open the page
--   evidence     the client's signature; with it the custodian hands the instruction in
--   answer       what the plane said: JSON of the answer
CREATE TABLE authorisation (
    lane                  int4 NOT NULL,
    number                int8 GENERATED ALWAYS AS IDENTITY,
    id                    text COLLATE "C" NOT NULL,
    kind                  text COLLATE "C" NOT NULL,
    version               int4 NOT NULL,
    body                  bytea NOT NULL,
    owner                 text COLLATE "C" NOT NULL,
    currency              text COLLATE "C" NOT NULL,
    canonical             bytea NOT NULL,
    challenge             bytea NOT NULL,
    page_hash             bytea NOT NULL,
    return_url            text COLLATE "C" NOT NULL,
    asked_by              text COLLATE "C" NOT NULL,
    asked_at              timestamptz NOT NULL,
    expires_at            timestamptz NOT NULL,
    state                 text COLLATE "C" NOT NULL,
    decided_at            timestamptz,
    evidence_kind         text COLLATE "C",
    key_id                text COLLATE "C",
    public_key            bytea,
    evidence              bytea,
    answered_at           timestamptz,
    answer                bytea,
    CONSTRAINT authorisation_state_is_known CHECK (state IN ('waiting', 'confirmed', 'declined', 'expired')),
    CONSTRAINT authorisation_is_confirmed_with_evidence CHECK ((state = 'confirmed') = (evidence IS NOT NULL)),
    CONSTRAINT authorisation_evidence_is_whole CHECK (
        num_nulls(evidence_kind, key_id, public_key, evidence) IN (0, 4)),
    CONSTRAINT authorisation_is_answered_after_it_is_confirmed CHECK (answer IS NULL OR state = 'confirmed'),
    CONSTRAINT authorisation_is_there_once PRIMARY KEY (lane, id)
);
CREATE UNIQUE INDEX authorisation_page_is_of_one_request ON authorisation (page_hash);
CREATE INDEX authorisation_by_number ON authorisation (lane, number);
CREATE INDEX authorisation_unanswered ON authorisation (decided_at) WHERE state = 'confirmed' AND answer IS NULL;
CREATE INDEX authorisation_waiting ON authorisation (expires_at) WHERE state = 'waiting';

INSERT INTO schema_step (number, name) VALUES (7, '0007_authorisations');
