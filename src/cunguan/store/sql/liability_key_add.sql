-- liability_key_add: a key of an attester or bank; no row where it is known.
INSERT INTO liability_key (id, name, role, algorithm, public_key, maker, checker, at)
VALUES (%(id)s, %(name)s, %(role)s, %(algorithm)s, %(public_key)s, %(maker)s, %(checker)s, %(at)s) ON CONFLICT (id) DO NOTHING RETURNING id
