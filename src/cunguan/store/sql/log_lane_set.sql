-- log_lane_set: a lane is taken in up to there, by who knew where it stood.
INSERT INTO log_lane (log, lane, head) VALUES (%(log)s, %(lane)s, %(head)s)
ON CONFLICT (log, lane) DO UPDATE SET head = excluded.head WHERE log_lane.head = %(taken)s
