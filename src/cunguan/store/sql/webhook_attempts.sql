-- webhook_attempts: the log of a delivery's tries. Locks nothing.
SELECT number, at, outcome, status, duration_ms FROM webhook_attempt
WHERE lane = %(lane)s AND delivery = %(delivery)s ORDER BY number
