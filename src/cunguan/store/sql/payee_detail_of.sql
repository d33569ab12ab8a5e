-- payee_detail_of: the sealed details behind a hash. Locks nothing.
SELECT content FROM payee_detail WHERE payee_hash = %(payee_hash)s
