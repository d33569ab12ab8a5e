-- webhook_again: drive deliveries of a lane again: by number, or those of an endpoint (or of all) that are dead, not more than
-- asked for. One that is being tried now is left alone. The endpoints' rows are held before. Locks those it drives.
WITH asked AS (
    SELECT d.delivery FROM webhook_delivery d JOIN webhook_endpoint e ON e.lane = d.lane AND e.id = d.endpoint AND e.state = 'active'
    WHERE d.lane = %(lane)s AND (%(endpoint)s::text IS NULL OR d.endpoint = %(endpoint)s)
      AND CASE WHEN %(delivery)s::int8 IS NULL THEN d.state = 'dead' ELSE d.delivery = %(delivery)s END
      AND NOT EXISTS (
        SELECT FROM webhook_attempt a WHERE a.lane = d.lane AND a.delivery = d.delivery AND a.number = d.attempts
          AND a.outcome = '' AND d.state = 'waiting' AND d.next_at > %(now)s)
    ORDER BY d.delivery LIMIT %(limit)s FOR UPDATE OF d
)
UPDATE webhook_delivery d SET state = 'waiting', failures = 0, planned_at = %(now)s, ended_at = NULL,
       next_at = CASE WHEN d.state = 'waiting' AND d.next_at IS NOT NULL THEN %(now)s::timestamptz END
FROM asked WHERE d.lane = %(lane)s AND d.delivery = asked.delivery RETURNING d.delivery, d.endpoint, d.subject
