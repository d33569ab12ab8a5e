-- client_offers: pools of active platforms where an account can be opened now, with what their schedules say of fees. A newcomer sees no
-- lane, so it is read by the role `door`; it says nothing of anybody. Locks nothing.
SELECT d.lane, f.id AS platform, d.pack, f.sandbox AS is_sandbox, p.id AS pool, p.currency, p.regime, coalesce(s.items, '[]') AS fees
FROM platform f JOIN lane_day d ON d.lane = f.for_lane AND d.id = 'day' JOIN pool p ON p.lane = d.lane AND p.state = 'open'
LEFT JOIN LATERAL (
    SELECT items FROM fee_schedule WHERE lane = d.lane AND state = 'in_force' ORDER BY published_date DESC, version DESC LIMIT 1) s ON true
WHERE f.lane = 0 AND f.state = 'active' AND (%(lane)s::int4 IS NULL OR d.lane = %(lane)s) AND (%(pool)s::text IS NULL OR p.id = %(pool)s)
ORDER BY f.id, p.id LIMIT 200
