-- console_keys: the keys platforms sign with; never a secret: the private half is the platform's. Locks nothing.
SELECT k.id, k.platform, k.for_lane AS lane, k.algorithm, array_to_string(k.scopes, ', ') AS scopes,
       array_to_string(k.networks::text[], ', ') AS networks, k.made_at, k.made_by, k.valid_until,
       CASE WHEN k.revoked_at IS NOT NULL THEN 'revoked' WHEN k.valid_until <= clock_timestamp() THEN 'expired' ELSE 'active' END AS state
FROM door_key k WHERE (%(lane)s::int4 IS NULL OR k.for_lane = %(lane)s::int4) AND (%(k0)s::text IS NULL OR k.id > %(k0)s::text)
ORDER BY k.id LIMIT %(limit)s
