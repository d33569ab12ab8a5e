-- webhook_delivery: one delivery. Locks nothing.
SELECT delivery, endpoint, seq, number, type, subject, state, attempts, failures, planned_at, next_at, ended_at
FROM webhook_delivery WHERE lane = %(lane)s AND endpoint = %(endpoint)s AND seq = %(seq)s AND number = %(number)s
