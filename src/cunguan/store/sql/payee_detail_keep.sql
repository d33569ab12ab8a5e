-- payee_detail_keep: who stands behind a hash; nothing where it is known, also under a client's own key. Locks its own row.
INSERT INTO payee_detail (payee_hash, name_hash, account_hash, content, at)
SELECT %(payee_hash)s, %(name_hash)s, %(account_hash)s, %(content)s, %(at)s
WHERE NOT EXISTS (SELECT FROM payee_known WHERE payee_hash = %(payee_hash)s) ON CONFLICT DO NOTHING
