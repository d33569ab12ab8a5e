-- webhook_replay: how far a range was told again. Locks nothing.
SELECT id, endpoint, first_seq, last_seq, next_seq, planned_count, asked_at FROM webhook_replay
WHERE lane = %(lane)s AND id = %(id)s
