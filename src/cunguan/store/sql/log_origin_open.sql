-- log_origin_open: the log that is open.
SELECT log, origin, opened_by FROM log_origin WHERE closed_at IS NULL
