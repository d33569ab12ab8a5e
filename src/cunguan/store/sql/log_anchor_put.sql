-- log_anchor_put: keep a stamp; the first of an authority stays.
INSERT INTO log_anchor (log, size, authority, serial, stamped_at, token, note, at)
VALUES (%(log)s, %(size)s, %(authority)s, %(serial)s, %(stamped_at)s, %(token)s, %(note)s, %(at)s) ON CONFLICT DO NOTHING
RETURNING size
