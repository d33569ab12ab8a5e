-- log_origin_next: the number that the next log has, and the installation's own.
SELECT coalesce((SELECT max(log) FROM log_origin), 0) + 1, installation::text FROM epoch ORDER BY epoch LIMIT 1
