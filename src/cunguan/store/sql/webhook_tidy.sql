-- webhook_tidy: forget deliveries that ended before a time, and all of endpoints that were deleted before it, some at once.
-- Locks those, passing over what another has; with each go its tries.
WITH old AS (
    (SELECT lane, delivery FROM webhook_delivery WHERE state <> 'waiting' AND ended_at < %(before)s
     ORDER BY ended_at LIMIT %(limit)s FOR UPDATE SKIP LOCKED)
    UNION ALL
    (SELECT d.lane, d.delivery FROM webhook_endpoint e JOIN webhook_delivery d ON d.lane = e.lane AND d.endpoint = e.id
     WHERE e.state = 'deleted' AND d.state = 'waiting' AND d.planned_at < %(before)s LIMIT %(limit)s FOR UPDATE OF d SKIP LOCKED)
), tries AS (
    DELETE FROM webhook_attempt a USING old WHERE a.lane = old.lane AND a.delivery = old.delivery
)
DELETE FROM webhook_delivery d USING old WHERE d.lane = old.lane AND d.delivery = old.delivery
