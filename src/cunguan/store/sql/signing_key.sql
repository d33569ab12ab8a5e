-- signing_key: the key of an account that is this passkey, while it verifies.
SELECT id FROM client_key
WHERE lane = %(lane)s AND holder = %(holder)s AND evidence_kind = %(evidence_kind)s AND public_key = %(public_key)s
  AND state = 'active'
ORDER BY id LIMIT 1
