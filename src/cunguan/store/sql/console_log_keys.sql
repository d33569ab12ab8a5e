-- console_log_keys: the logs of this installation, with the newest checkpoint of each. Locks nothing.
SELECT o.log, o.origin, o.opened_at, o.closed_at, c.size, c.at AS published_at, c.cosigned_at
FROM log_origin o LEFT JOIN LATERAL (
    SELECT size, at, cosigned_at FROM log_checkpoint WHERE log = o.log AND note IS NOT NULL ORDER BY size DESC LIMIT 1) c ON true
WHERE (%(k0)s::int4 IS NULL OR o.log > %(k0)s::int4) ORDER BY o.log LIMIT %(limit)s
