-- payee_details_known: of some hashes, those whose details are kept. Locks nothing.
SELECT payee_hash FROM payee_known WHERE payee_hash = ANY(%(hashes)s)
