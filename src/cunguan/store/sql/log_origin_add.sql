-- log_origin_add: a log begins.
INSERT INTO log_origin (log, origin, opened_at, opened_by) VALUES (%(log)s, %(origin)s, clock_timestamp(), %(opened_by)s)
