-- payee_detail_keep: who stands behind a hash; nothing where it is known. Locks its own row.
INSERT INTO payee_detail (payee_hash, name_hash, account_hash, content, at)
VALUES (%(payee_hash)s, %(name_hash)s, %(account_hash)s, %(content)s, %(at)s) ON CONFLICT DO NOTHING
