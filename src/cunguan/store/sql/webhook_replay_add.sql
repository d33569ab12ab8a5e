-- webhook_replay_add: a range to be told again; nothing where the request has asked for one, or many are under way.
INSERT INTO webhook_replay (lane, id, endpoint, first_seq, last_seq, next_seq, asked_at)
SELECT %(lane)s, %(id)s, %(endpoint)s, %(first)s, %(last)s, %(first)s, %(now)s
WHERE (SELECT count(*) FROM webhook_replay WHERE lane = %(lane)s AND next_seq <= last_seq) < %(most)s
ON CONFLICT DO NOTHING
