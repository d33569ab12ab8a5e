-- webhook_due: the endpoints for which something may be tried now. Locks nothing. One probe for each endpoint.
SELECT e.lane, e.id, e.url, e.failing_since IS NOT NULL, y.platform, y.sandbox
FROM webhook_endpoint e JOIN lane_day y ON y.lane = e.lane CROSS JOIN LATERAL (
    SELECT FROM webhook_delivery d
    WHERE d.lane = e.lane AND d.endpoint = e.id AND d.state = 'waiting' AND d.next_at <= %(now)s LIMIT 1) w
WHERE e.state = 'active' ORDER BY e.lane, e.id
