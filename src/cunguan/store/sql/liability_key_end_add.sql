-- liability_key_end_add: a key counts no longer; no row where there is no such key, or it had ended.
INSERT INTO liability_key_end (key, reason, maker, checker, at)
SELECT id, %(reason)s, %(maker)s, %(checker)s, %(at)s FROM liability_key WHERE id = %(key)s ON CONFLICT (key) DO NOTHING RETURNING key
