-- writers_end: hang up on a lane's earlier writers: rows they copied and may never commit would hold the next writer up.
-- Before the fence is raised only those who wait for their client; a batch that is being committed is waited for.
SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
WHERE datname = current_database() AND usename = current_user AND application_name = %(name)s
  AND (%(is_fenced)s OR wait_event = 'ClientRead')
