-- console_pools: the pools of all platforms. Locks nothing.
SELECT p.lane, d.platform, p.id, p.currency, p.regime, p.state, p.line_minor FROM pool p JOIN lane_day d ON d.lane = p.lane
WHERE (%(lane)s::int4 IS NULL OR p.lane = %(lane)s::int4) AND (%(k0)s::int4 IS NULL OR (p.lane, p.id) > (%(k0)s::int4, %(k1)s::text))
ORDER BY p.lane, p.id LIMIT %(limit)s
