-- console_webhooks: where platforms want to hear of events, and how it goes. Locks nothing.
SELECT e.lane, d.platform, e.id, e.url, e.state, e.failing_since, (
    SELECT count(*) FROM (SELECT 1 FROM webhook_delivery w WHERE w.lane = e.lane AND w.endpoint = e.id AND w.state = 'waiting' LIMIT 100) x) AS waiting
FROM webhook_endpoint e JOIN lane_day d ON d.lane = e.lane
WHERE e.state <> 'deleted' AND (%(lane)s::int4 IS NULL OR e.lane = %(lane)s::int4)
  AND (%(k0)s::int4 IS NULL OR (e.lane, e.id) > (%(k0)s::int4, %(k1)s::text))
ORDER BY e.lane, e.id LIMIT %(limit)s
