-- log_lock: one sequencer of a database; held as long as its connection lives.
SELECT pg_try_advisory_lock(6962, 1)
