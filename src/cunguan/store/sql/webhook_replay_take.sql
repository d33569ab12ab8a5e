-- webhook_replay_take: the oldest range that is to be told again in a lane, whose endpoint is told. Locks it.
SELECT r.id, r.endpoint, r.next_seq, r.last_seq FROM webhook_replay r
JOIN webhook_endpoint e ON e.lane = r.lane AND e.id = r.endpoint AND e.state = 'active'
WHERE r.lane = %(lane)s AND r.next_seq <= r.last_seq ORDER BY r.asked_at, r.id LIMIT 1 FOR UPDATE OF r
