-- door_key_revoke: end a key at once; no row comes back when there is none, or it was revoked before. Locks the key's row.
UPDATE door_key SET revoked_at = %(now)s, revoked_by = %(by)s, reason = %(reason)s, version = version + 1
WHERE id = %(id)s AND revoked_at IS NULL AND (%(lane)s::int4 IS NULL OR for_lane = %(lane)s)
RETURNING id
