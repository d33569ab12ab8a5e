-- webhook_endpoint_add: a new endpoint, told from the lane's head on; nothing where the id is taken. The cursor is held.
INSERT INTO webhook_endpoint (lane, id, url, description, types, subjects, state, made_at, since_seq)
SELECT lane, %(id)s, %(url)s, %(description)s, %(types)s, %(subjects)s, 'active', %(now)s, head FROM lane WHERE lane = %(lane)s
ON CONFLICT DO NOTHING
