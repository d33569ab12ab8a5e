-- console_jobs_failing: how many jobs failed for good, up to 100, and since when. By the role `door`. Locks nothing.
SELECT count(*), min(scheduled_at) FROM (SELECT scheduled_at FROM procrastinate_jobs WHERE status = 'failed' LIMIT 100) j
