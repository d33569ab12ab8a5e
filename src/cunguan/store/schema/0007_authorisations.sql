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

-- What the gateway dialect needs to know of a platform (懒猫接口参数): where its server hears NOTIFY, and what its words, which
-- know no pool and no fee schedule, mean here. Empty: the platform's only pool, no fee.
CREATE TABLE lanmao_profile (
    for_lane              int4 NOT NULL CONSTRAINT lanmao_profile_is_there_once PRIMARY KEY,
    notify_url            text COLLATE "C" NOT NULL,
    pool                  text COLLATE "C" NOT NULL,
    fee_schedule          text COLLATE "C" NOT NULL,
    loan_fee_item         text COLLATE "C" NOT NULL,
    withdrawal_fee_item   text COLLATE "C" NOT NULL,
    changed_by            text COLLATE "C" NOT NULL,
    changed_at            timestamptz NOT NULL,
    CONSTRAINT lanmao_profile_is_of_a_platform CHECK (for_lane > 0)
);

-- One request in the dialect (懒猫请求), by its requestNo: the first answer for ever, and what came of it.
--   content_hash   HMAC of what was asked, without its timestamp: names and numbers of people are not kept
--   steps          what the client confirms one after another: id, kind, body of an authorisation
--   answer         the first answer, byte for byte;  result: what CALLBACK and NOTIFY tell, once it is known
CREATE TABLE lanmao_request (
    lane                  int4 NOT NULL,
    number                int8 GENERATED ALWAYS AS IDENTITY,
    request_no            text COLLATE "C" NOT NULL,
    service               text COLLATE "C" NOT NULL,
    content_hash          bytea NOT NULL,
    page_hash             bytea NOT NULL,
    legacy_sha1           bool NOT NULL,
    device                text COLLATE "C" NOT NULL,
    redirect_url          text COLLATE "C" NOT NULL,
    asked_by              text COLLATE "C" NOT NULL,
    asked_at              timestamptz NOT NULL,
    expires_at            timestamptz NOT NULL,
    steps                 bytea,
    told                  bytea,
    answer                bytea,
    result                bytea,
    ended_at              timestamptz,
    notify_at             timestamptz,
    notify_failures       int4 NOT NULL DEFAULT 0,
    notified_at           timestamptz,
    CONSTRAINT lanmao_request_has_ended_with_a_result CHECK ((result IS NULL) = (ended_at IS NULL)),
    CONSTRAINT lanmao_request_is_there_once PRIMARY KEY (lane, request_no)
);
CREATE UNIQUE INDEX lanmao_request_page_is_of_one_request ON lanmao_request (page_hash);
CREATE INDEX lanmao_request_open ON lanmao_request (asked_at) WHERE result IS NULL AND steps IS NOT NULL;
CREATE INDEX lanmao_request_to_notify ON lanmao_request (notify_at) WHERE notify_at IS NOT NULL;

INSERT INTO schema_step (number, name) VALUES (7, '0007_authorisations');
