-- lane_make: a lane and its lease exist, at sequence 0 and free, before they are taken.
WITH made AS (INSERT INTO lane (lane, token, head) VALUES (%(lane)s, 0, 0) ON CONFLICT DO NOTHING)
INSERT INTO lease (lane, owner, token, until) VALUES (%(lane)s, '', 0, '-infinity') ON CONFLICT DO NOTHING
