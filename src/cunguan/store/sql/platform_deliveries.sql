-- platform_deliveries: webhook deliveries of a lane, newest first, before a number, narrowed by what is given. Locks nothing.
SELECT delivery, endpoint, seq, number, type, subject, state, attempts, failures, planned_at, next_at, ended_at
FROM webhook_delivery
WHERE lane = %(lane)s AND (%(before)s::int8 IS NULL OR delivery < %(before)s)
  AND (%(state)s::text IS NULL OR state = %(state)s) AND (%(endpoint)s::text IS NULL OR endpoint = %(endpoint)s)
ORDER BY delivery DESC LIMIT %(limit)s
