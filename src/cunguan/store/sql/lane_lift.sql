-- lane_lift: the sequences of a lane go on above a mark, and whoever wrote it before does so no more. Locks the lane's row.
INSERT INTO lane (lane, token, head) VALUES (%(lane)s, 1, %(head)s)
ON CONFLICT (lane) DO UPDATE SET head = excluded.head, token = lane.token + 1
