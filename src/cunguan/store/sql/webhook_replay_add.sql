-- webhook_replay_add: a range to be told again; nothing where the request has asked for one.
INSERT INTO webhook_replay (lane, id, endpoint, first_seq, last_seq, next_seq, asked_at)
VALUES (%(lane)s, %(id)s, %(endpoint)s, %(first)s, %(last)s, %(first)s, %(now)s) ON CONFLICT DO NOTHING
