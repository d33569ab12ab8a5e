-- sealing_key_destroy: takes the bytes of retired versions away, for ever. Locks their rows.
UPDATE sealing_key SET wrapped = '', destroyed_at = %(at)s
WHERE version BETWEEN 1 AND %(through)s AND destroyed_at IS NULL
