-- bank_own_payees: what stands for the accounts of the firm, the platform and its partners outside the pools of a lane.
SELECT payee_hash FROM payee WHERE lane = %(lane)s AND state = 'active' AND payee_hash = ANY(%(hashes)s)
