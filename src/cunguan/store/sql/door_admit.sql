-- door_admit: use up the nonces of a group of requests whose signatures hold, where their keys are still the version that was
-- verified: a revocation that is committed before this statement begins is seen by it. Returns the nonces used up now, and
-- those whose key was as known. Locks in the order of the nonces, so that two groups with the same ones wait, never hang.
WITH known AS (
    SELECT a.seen, a.expires
    FROM unnest(%(keys)s::text[], %(versions)s::int4[], %(seen)s::bytea[], %(expires)s::int8[])
         AS a (key_id, version, seen, expires)
    JOIN door_key k ON k.id = a.key_id AND k.version = a.version
), taken AS (
    INSERT INTO door_nonce (seen, expires_at) SELECT seen, to_timestamp(expires) FROM known ORDER BY seen
    ON CONFLICT DO NOTHING
    RETURNING seen
)
SELECT ARRAY(SELECT seen FROM taken), ARRAY(SELECT seen FROM known)
