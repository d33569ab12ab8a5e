-- webhook_replay_set: how far a range was told again.
UPDATE webhook_replay SET next_seq = %(next)s, planned_count = planned_count + %(planned)s
WHERE lane = %(lane)s AND id = %(id)s
