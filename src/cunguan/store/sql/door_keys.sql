-- door_keys: keys of one lane, or of all where lane is null, by id; with the key that replaces each.
SELECT k.id, k.platform, k.algorithm, k.public_key, k.scopes, k.networks::text[], k.made_at, k.made_by, k.replaces,
       (SELECT min(n.id) FROM door_key n WHERE n.replaces = k.id), k.valid_from, k.valid_until, k.revoked_at, k.revoked_by,
       k.reason
FROM door_key k
WHERE (%(lane)s::int4 IS NULL OR k.for_lane = %(lane)s) AND k.id > %(after)s AND (%(id)s = '' OR k.id = %(id)s)
ORDER BY k.id
LIMIT %(limit)s
