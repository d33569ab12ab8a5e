-- console_clients: the holder accounts of a lane, by reference. Locks nothing.
SELECT h.lane, h.id, h.person, h.role, h.kind, h.state, p.currency, coalesce(b.balance, 0) AS available_minor
FROM holder_account h JOIN pool p ON p.lane = h.lane AND p.id = h.pool LEFT JOIN balance b ON b.lane = h.lane AND b.account = h.base
WHERE h.lane = coalesce(%(lane)s::int4, 1) AND (%(k0)s::text IS NULL OR h.id > %(k0)s::text) ORDER BY h.id LIMIT %(limit)s
