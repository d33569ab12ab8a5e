-- notice_not_sent: a try failed: when the next one is and why, or that it was the last. Nothing where a later try has begun meanwhile.
UPDATE notices_notice SET outgoing = CASE WHEN %(next_at)s::timestamptz IS NULL THEN 'failed' ELSE 'waiting' END,
    next_at = coalesce(%(next_at)s, next_at), last_error = %(why)s
WHERE id = %(number)s AND outgoing = 'waiting' AND tries = %(tries)s
