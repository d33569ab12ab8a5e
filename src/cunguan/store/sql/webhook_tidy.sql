-- webhook_tidy: forget deliveries that ended before a time, and those that wait for endpoints that were deleted, some at once.
-- Locks those, passing over what another has; with each go its tries.
WITH old AS MATERIALIZED (
    SELECT lane, delivery FROM webhook_delivery WHERE state <> 'waiting' AND ended_at < %(before)s
    ORDER BY ended_at LIMIT %(limit)s FOR UPDATE SKIP LOCKED
), left_over AS MATERIALIZED (
    SELECT d.lane, d.delivery FROM webhook_endpoint e JOIN webhook_delivery d ON d.lane = e.lane AND d.endpoint = e.id
    WHERE e.state = 'deleted' AND d.state = 'waiting' LIMIT %(limit)s FOR UPDATE OF d SKIP LOCKED
), gone AS (
    SELECT lane, delivery FROM old UNION ALL SELECT lane, delivery FROM left_over
), tries AS (
    DELETE FROM webhook_attempt a USING gone WHERE a.lane = gone.lane AND a.delivery = gone.delivery
)
DELETE FROM webhook_delivery d USING gone WHERE d.lane = gone.lane AND d.delivery = gone.delivery
