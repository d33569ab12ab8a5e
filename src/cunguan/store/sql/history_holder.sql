-- history_holder: what never changes of a holder account.
SELECT h.id, h.person, h.pool, p.currency, h.role, h.kind, h.base
FROM holder_account h JOIN pool p ON p.lane = h.lane AND p.id = h.pool
WHERE h.lane = %(lane)s AND h.id = %(holder)s
