-- 0006 endpoints, deliveries and the place up to which a lane's instructions were told.
-- The books are the outbox: an event is read from instruction and state_move, never stored; a delivery only names it.

-- Where a platform wants to hear of events (回调地址); `types` and `subjects` are what it wants to hear of.
CREATE TABLE webhook_endpoint (
    lane                  int4 NOT NULL,
    id                    text COLLATE "C" NOT NULL,
    url                   text COLLATE "C" NOT NULL,
    description           text NOT NULL,
    types                 text[] COLLATE "C" NOT NULL,
    subjects              text[] COLLATE "C" NOT NULL,
    state                 text COLLATE "C" NOT NULL,
    reason                text NOT NULL DEFAULT '',       -- why it is not active
    made_at               timestamptz NOT NULL,
    since_seq             int8 NOT NULL,                  -- events up to here are told only when asked for
    failing_since         timestamptz,                    -- the first failure after the last success
    CONSTRAINT webhook_endpoint_belongs_to_a_platform CHECK (lane > 0),
    CONSTRAINT webhook_endpoint_state_is_known CHECK (state IN ('active', 'disabled', 'deleted')),
    CONSTRAINT webhook_endpoint_wants_something CHECK (types <> '{}' AND subjects <> '{}'),
    CONSTRAINT webhook_endpoint_is_there_once PRIMARY KEY (lane, id)
);

-- What an endpoint's messages are signed with; an older one goes on until `ends_at`.
CREATE TABLE webhook_secret (
    lane                  int4 NOT NULL,
    endpoint              text COLLATE "C" NOT NULL,
    number                int4 NOT NULL,
    secret                bytea NOT NULL,
    asked_by              text COLLATE "C" NOT NULL,      -- the request that made it: the same request hears the same secret
    made_at               timestamptz NOT NULL,
    ends_at               timestamptz,
    CONSTRAINT webhook_secret_is_long CHECK (length(secret) BETWEEN 24 AND 64),
    CONSTRAINT webhook_secret_is_there_once PRIMARY KEY (lane, endpoint, number),
    CONSTRAINT webhook_secret_is_asked_for_once UNIQUE (lane, endpoint, asked_by)
);

-- Up to which sequence the deliveries of a lane were planned; whoever plans holds the row.
CREATE TABLE webhook_cursor (
    lane                  int4 NOT NULL CONSTRAINT webhook_cursor_is_there_once PRIMARY KEY,
    seq                   int8 NOT NULL,
    CONSTRAINT webhook_cursor_is_not_negative CHECK (seq >= 0)
) WITH (fillfactor = 20);

-- A range of sequences that is told again to one endpoint, a part at a time.
CREATE TABLE webhook_replay (
    lane                  int4 NOT NULL,
    id                    text COLLATE "C" NOT NULL,
    endpoint              text COLLATE "C" NOT NULL,
    first_seq             int8 NOT NULL,
    last_seq              int8 NOT NULL,
    next_seq              int8 NOT NULL,
    planned_count         int8 NOT NULL DEFAULT 0,
    asked_at              timestamptz NOT NULL,
    CONSTRAINT webhook_replay_stays_in_its_range CHECK (first_seq >= 1 AND next_seq BETWEEN first_seq AND last_seq + 1),
    CONSTRAINT webhook_replay_is_there_once PRIMARY KEY (lane, id)
);
CREATE INDEX webhook_replay_under_way ON webhook_replay (lane, asked_at) WHERE next_seq <= last_seq;

-- One event for one endpoint. `next_at` is when it may be tried; while it is tried, when another may take it up;
-- null while an earlier event of its subject waits. `attempts` grows with each try: who comes back with an older number is late.
CREATE TABLE webhook_delivery (
    lane                  int4 NOT NULL,
    delivery              int8 GENERATED ALWAYS AS IDENTITY,
    endpoint              text COLLATE "C" NOT NULL,
    seq                   int8 NOT NULL,                  -- 0: a test, no event of the books
    number                int4 NOT NULL,
    type                  text COLLATE "C" NOT NULL,
    subject               text COLLATE "C" NOT NULL,
    state                 text COLLATE "C" NOT NULL DEFAULT 'waiting',
    attempts              int4 NOT NULL DEFAULT 0,
    failures              int4 NOT NULL DEFAULT 0,        -- since it was planned, or last driven again
    planned_at            timestamptz NOT NULL,
    next_at               timestamptz,
    ended_at              timestamptz,
    CONSTRAINT webhook_delivery_state_is_known CHECK (state IN ('waiting', 'delivered', 'dead')),
    CONSTRAINT webhook_delivery_ends_once CHECK ((state = 'waiting') = (ended_at IS NULL)),
    CONSTRAINT webhook_delivery_is_there_once PRIMARY KEY (lane, delivery),
    CONSTRAINT webhook_delivery_is_planned_once UNIQUE (lane, endpoint, seq, number)
);
CREATE INDEX webhook_delivery_in_order ON webhook_delivery (lane, endpoint, subject, seq, number) WHERE state = 'waiting';
CREATE INDEX webhook_delivery_due ON webhook_delivery (lane, endpoint, next_at) WHERE state = 'waiting' AND next_at IS NOT NULL;
CREATE INDEX webhook_delivery_dead ON webhook_delivery (lane, endpoint, delivery) WHERE state = 'dead';
CREATE INDEX webhook_delivery_by_end ON webhook_delivery (ended_at) WHERE state <> 'waiting';

-- One try of a delivery; without an outcome it is under way, or whoever tried it died.
CREATE TABLE webhook_attempt (
    lane                  int4 NOT NULL,
    delivery              int8 NOT NULL,
    number                int4 NOT NULL,
    at                    timestamptz NOT NULL,
    outcome               text COLLATE "C" NOT NULL DEFAULT '',
    status                int4,
    duration_ms           int4,
    CONSTRAINT webhook_attempt_is_there_once PRIMARY KEY (lane, delivery, number)
);

INSERT INTO schema_step (number, name) VALUES (6, '0006_webhooks');
