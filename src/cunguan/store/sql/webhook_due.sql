-- webhook_due: the endpoints for which something may be tried now. Locks nothing.
SELECT e.lane, e.id, e.url, e.failing_since IS NOT NULL, y.platform, y.sandbox FROM webhook_endpoint e
JOIN lane_day y ON y.lane = e.lane
WHERE e.state = 'active' AND EXISTS (
    SELECT FROM webhook_delivery d
    WHERE d.lane = e.lane AND d.endpoint = e.id AND d.state = 'waiting' AND d.next_at <= %(now)s)
ORDER BY e.lane, e.id
