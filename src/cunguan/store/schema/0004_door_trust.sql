-- 0004 keys, nonces and profiles of platforms: who may speak at the platform's door, and how.

-- A key a platform signs its requests with (平台公钥); the private half is the platform's alone. Its rights are fixed when it
-- is made: more rights are another key. `version` grows with every change, so that a copy in memory can be held against it.
CREATE TABLE door_key (
    id                    text COLLATE "C" NOT NULL CONSTRAINT door_key_is_there_once PRIMARY KEY,
    platform              text COLLATE "C" NOT NULL,
    for_lane              int4 NOT NULL,
    sandbox               bool NOT NULL,
    algorithm             text COLLATE "C" NOT NULL,
    public_key            bytea NOT NULL,
    scopes                text[] COLLATE "C" NOT NULL,
    networks              cidr[] NOT NULL DEFAULT '{}',   -- where it may be used from; empty: anywhere
    made_at               timestamptz NOT NULL,
    made_by               text COLLATE "C" NOT NULL,
    replaces              text COLLATE "C",
    valid_from            timestamptz NOT NULL,
    valid_until           timestamptz,
    revoked_at            timestamptz,
    revoked_by            text COLLATE "C",
    reason                text NOT NULL DEFAULT '',
    version               int4 NOT NULL DEFAULT 1,
    CONSTRAINT door_key_is_of_a_platform CHECK (for_lane > 0),
    CONSTRAINT door_key_has_a_scope CHECK (scopes <> '{}'),
    CONSTRAINT door_key_is_in_force_before_it_ends CHECK (valid_until > valid_from),
    CONSTRAINT door_key_is_revoked_by_somebody CHECK ((revoked_at IS NULL) = (revoked_by IS NULL)),
    CONSTRAINT door_key_replaces_a_key FOREIGN KEY (replaces) REFERENCES door_key (id)
);
CREATE INDEX door_key_by_lane ON door_key (for_lane, id);
-- one public key is one key: two ids of the same one would outlive the revocation of the other
CREATE UNIQUE INDEX door_key_is_not_known_by_another_id ON door_key (public_key);
-- one of two rotations at once is the one: a key that was replaced makes no further one
CREATE UNIQUE INDEX door_key_is_replaced_once ON door_key (replaces);

-- How a platform may speak here; without a row, the door's usual ways.
CREATE TABLE door_profile (
    for_lane              int4 NOT NULL CONSTRAINT door_profile_is_there_once PRIMARY KEY,
    mutual_tls            bool NOT NULL DEFAULT false,
    legacy_rsa_sha1       bool NOT NULL DEFAULT false,    -- in the dialect alone
    rate_per_second       int4 NOT NULL,
    burst                 int4 NOT NULL,
    version               int4 NOT NULL DEFAULT 1,
    CONSTRAINT door_profile_has_a_rate CHECK (rate_per_second > 0 AND burst > 0)
);

-- Nonces that were used: the first 16 bytes of the SHA-256 of key and nonce, until the request's own expiry is past.
-- Narrow and without a key's id, because a row of it is written for every request.
CREATE TABLE door_nonce (
    seen                  bytea NOT NULL CONSTRAINT door_nonce_is_used_once PRIMARY KEY,
    expires_at            timestamptz NOT NULL,
    CONSTRAINT door_nonce_is_narrow CHECK (length(seen) = 16)
);
CREATE INDEX door_nonce_by_expiry ON door_nonce (expires_at);

INSERT INTO schema_step (number, name) VALUES (4, '0004_door_trust');
