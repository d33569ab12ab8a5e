-- check_currencies: the currencies of some holders.
SELECT h.id, p.currency FROM holder_account h JOIN pool p ON p.lane = h.lane AND p.id = h.pool
WHERE h.lane = %(lane)s AND h.id = ANY(%(ids)s)
