-- webhook_health: every endpoint with what waits and what is dead, for the custodian's people; no more are counted than asked for.
SELECT e.lane, y.platform, e.id, e.url, e.state, e.reason, e.failing_since, w.waiting, w.oldest, d.dead
FROM webhook_endpoint e JOIN lane_day y ON y.lane = e.lane
CROSS JOIN LATERAL (
    SELECT count(*) AS waiting, min(planned_at) AS oldest FROM (
        SELECT planned_at FROM webhook_delivery o WHERE o.lane = e.lane AND o.endpoint = e.id AND o.state = 'waiting' LIMIT %(most)s) o) w
CROSS JOIN LATERAL (
    SELECT count(*) AS dead FROM (
        SELECT FROM webhook_delivery o WHERE o.lane = e.lane AND o.endpoint = e.id AND o.state = 'dead' LIMIT %(most)s) o) d
WHERE e.state <> 'deleted' AND (%(lane)s::int4 IS NULL OR e.lane = %(lane)s) ORDER BY e.lane, e.id
