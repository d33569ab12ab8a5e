-- payee_detail_of: the sealed details behind a hash, and whose key opens them: `person` is "" where it is the installation's. Locks nothing.
SELECT content, lane, person FROM payee_known WHERE payee_hash = %(payee_hash)s ORDER BY person <> '' DESC LIMIT 1
