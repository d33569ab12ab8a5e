-- door_key_end: let a key end at an instant, if it does not end before; the copies of it in memory are old from now on.
-- Locks the key's row.
UPDATE door_key SET valid_until = least(valid_until, greatest(%(at)s, valid_from + interval '1 microsecond')),
       version = version + 1
WHERE id = %(id)s
RETURNING valid_until
