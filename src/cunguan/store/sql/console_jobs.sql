-- console_jobs: what the jobs' queue keeps: jobs that failed, wait or run, the newest first. By the role `door`. Locks nothing.
SELECT id, task_name AS task, status::text AS state, attempts, scheduled_at AS since FROM procrastinate_jobs
WHERE status IN ('failed', 'todo', 'doing') AND (%(state)s = '' OR status::text = %(state)s)
  AND (%(k0)s::int8 IS NULL OR id < %(k0)s::int8) ORDER BY id DESC LIMIT %(limit)s
