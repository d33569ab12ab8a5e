-- webhook_attempt_ended: the log of a try.
UPDATE webhook_attempt SET outcome = %(outcome)s, status = %(status)s, duration_ms = %(duration_ms)s
WHERE lane = %(lane)s AND delivery = %(delivery)s AND number = %(attempt)s
