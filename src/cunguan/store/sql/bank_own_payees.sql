-- bank_own_payees: what stands for the accounts and names of the firm, the platform and its partners outside the pools of a lane.
SELECT p.payee_hash FROM payee p WHERE p.lane = %(lane)s AND p.state = 'active' AND p.payee_hash = ANY(%(hashes)s)
UNION
SELECT d.name_hash FROM payee p JOIN payee_detail d ON d.payee_hash = p.payee_hash
WHERE p.lane = %(lane)s AND p.state = 'active' AND d.name_hash = ANY(%(names)s)
