-- payee_details_keep: who stands behind some hashes; nothing where one is known. Locks its own rows.
INSERT INTO payee_detail (payee_hash, name_hash, account_hash, content, at)
SELECT *, %(at)s FROM unnest(%(payee_hashes)s::text[], %(name_hashes)s::text[], %(account_hashes)s::text[], %(contents)s::bytea[])
ON CONFLICT DO NOTHING
