-- webhook_dead: the newest dead deliveries with what came of their last try. Locks nothing.
SELECT d.lane, y.platform, d.endpoint, d.seq, d.number, d.type, d.subject, d.attempts, d.planned_at, d.ended_at,
       coalesce(a.outcome, ''), a.status
FROM webhook_delivery d JOIN lane_day y ON y.lane = d.lane
LEFT JOIN webhook_attempt a ON a.lane = d.lane AND a.delivery = d.delivery AND a.number = d.attempts
WHERE d.state = 'dead' AND (%(lane)s::int4 IS NULL OR d.lane = %(lane)s) AND (%(endpoint)s::text IS NULL OR d.endpoint = %(endpoint)s)
ORDER BY d.ended_at DESC, d.delivery DESC LIMIT %(limit)s
