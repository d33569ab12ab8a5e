-- door_key_add: a new key of a platform of the directory; no row comes back when there is no such platform, or the id or the
-- public key is known already.
INSERT INTO door_key (id, platform, for_lane, sandbox, algorithm, public_key, scopes, networks, made_at, made_by, replaces,
                      valid_from, valid_until)
SELECT %(id)s, p.id, p.for_lane, p.sandbox, %(algorithm)s, %(public_key)s, %(scopes)s, %(networks)s::cidr[], %(now)s, %(by)s,
       %(replaces)s, %(now)s, %(until)s
FROM platform p WHERE p.lane = 0 AND p.id = %(platform)s
ON CONFLICT DO NOTHING
RETURNING id
