-- person_payee_clients: clients whose details are kept and whose card names a payee. Locks nothing.
SELECT DISTINCT h.lane, h.person FROM card c JOIN holder_account h ON h.lane = c.lane AND h.id = c.holder
JOIN person_detail p ON p.lane = h.lane AND p.person = h.person AND p.state = 'active'
WHERE c.payee_hash = %(payee_hash)s
