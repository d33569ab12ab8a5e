-- webhook_deliveries: deliveries of a lane, the oldest first, narrowed by what is given. Locks nothing.
SELECT delivery, endpoint, seq, number, type, subject, state, attempts, failures, planned_at, next_at, ended_at
FROM webhook_delivery
WHERE lane = %(lane)s AND delivery > %(after)s
  AND (%(state)s::text IS NULL OR state = %(state)s) AND (%(endpoint)s::text IS NULL OR endpoint = %(endpoint)s)
  AND (%(type)s::text IS NULL OR type = %(type)s) AND (%(subject)s::text IS NULL OR subject = %(subject)s)
  AND (%(since)s::timestamptz IS NULL OR planned_at >= %(since)s) AND (%(until)s::timestamptz IS NULL OR planned_at < %(until)s)
ORDER BY delivery LIMIT %(limit)s
