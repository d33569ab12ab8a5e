-- metrics: what the database knows of the whole: name, label, figure. Short: every part is read by an index or is small.
SELECT 'cunguan_lane_head', lane::text, head::float8 FROM lane
UNION ALL
SELECT 'cunguan_lane_lease_seconds', lane::text, greatest(extract(epoch FROM until - clock_timestamp()), 0)::float8 FROM lease
UNION ALL
SELECT 'cunguan_jobs', status::text, count(*)::float8 FROM procrastinate_jobs GROUP BY status
UNION ALL
SELECT 'cunguan_webhooks_waiting', lane::text, count(*)::float8 FROM webhook_delivery WHERE state = 'waiting' GROUP BY lane
UNION ALL
SELECT 'cunguan_webhooks_oldest_seconds', lane::text, extract(epoch FROM clock_timestamp() - min(planned_at))::float8
FROM webhook_delivery WHERE state = 'waiting' GROUP BY lane
UNION ALL
SELECT 'cunguan_webhooks_dead', lane::text, count(*)::float8 FROM webhook_delivery WHERE state = 'dead' GROUP BY lane
UNION ALL
SELECT 'cunguan_webhooks_failing', lane::text, (count(*) FILTER (WHERE failing_since IS NOT NULL))::float8
FROM webhook_endpoint WHERE state <> 'deleted' GROUP BY lane
UNION ALL
SELECT 'cunguan_webhooks_lag', l.lane::text, (l.head - c.seq)::float8 FROM lane l JOIN webhook_cursor c USING (lane)
UNION ALL
SELECT 'cunguan_payments_waiting_for_log', lane::text, count(*)::float8 FROM log_wait GROUP BY lane
UNION ALL
SELECT 'cunguan_payments_waiting_for_log_seconds', lane::text, extract(epoch FROM clock_timestamp() - min(since))::float8
FROM log_wait GROUP BY lane
UNION ALL
SELECT 'cunguan_log_size', log::text, max(size)::float8 FROM log_checkpoint GROUP BY log
UNION ALL
SELECT 'cunguan_log_published_size', log::text, max(size)::float8 FROM log_checkpoint WHERE note IS NOT NULL GROUP BY log
UNION ALL
SELECT 'cunguan_log_cosigned_size', log::text, max(size)::float8 FROM log_checkpoint WHERE cosigned_at IS NOT NULL GROUP BY log
UNION ALL
SELECT 'cunguan_log_behind', l.lane::text, (l.head - coalesce(k.head, 0))::float8
FROM lane l LEFT JOIN log_origin o ON o.closed_at IS NULL LEFT JOIN log_lane k ON k.log = o.log AND k.lane = l.lane
UNION ALL
SELECT 'cunguan_broken_glass_open', what, count(*)::float8 FROM approvals_broken_glass WHERE reviewed_by = '' GROUP BY what
UNION ALL
SELECT 'cunguan_notices', 'waiting', count(*)::float8 FROM notices_notice WHERE outgoing = 'waiting'
UNION ALL
SELECT 'cunguan_notices', 'failed', count(*)::float8 FROM notices_notice WHERE outgoing = 'failed'
UNION ALL
SELECT 'cunguan_notices_oldest_seconds', 'waiting', coalesce(greatest(extract(epoch FROM clock_timestamp() - (
    SELECT at FROM notices_notice WHERE outgoing = 'waiting' ORDER BY id LIMIT 1)), 0), 0)::float8
