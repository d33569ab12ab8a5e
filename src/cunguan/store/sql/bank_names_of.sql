-- bank_names_of: holders with what stands for the names of those their cards are of; only cards that are bound. Locks nothing.
SELECT c.holder, d.name_hash FROM card c JOIN payee_known d ON d.payee_hash = c.payee_hash
WHERE c.lane = %(lane)s AND c.holder = ANY(%(holders)s) AND c.state IN ('active', 'invalid')
