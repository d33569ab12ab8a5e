-- log_runs: whether a sequencer holds this database: log_lock.
SELECT EXISTS (SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND database = (SELECT oid FROM pg_database
    WHERE datname = current_database()) AND classid = 6962 AND objid = 1 AND granted)
