-- liability_draws: of each ten minutes since an instant the first checkpoint that may draw: cosigned, or signed where nothing was ever cosigned.
-- The newest hundred thousand are looked at, by their key: one a second, they are more than a day.
WITH newest AS MATERIALIZED (
    SELECT log, size, coalesce(cosigned_at, at) AS at, cosigned_at IS NOT NULL AS cosigned FROM log_checkpoint
    WHERE note IS NOT NULL ORDER BY log DESC, size DESC LIMIT 100000),
those AS (
    SELECT DISTINCT ON (date_bin('10 minutes', at, timestamptz '2026-01-01 00:00:00Z')) log, size, at, cosigned FROM newest
    WHERE at >= %(since)s AND (cosigned OR NOT EXISTS (SELECT 1 FROM log_checkpoint WHERE cosigned_at IS NOT NULL))
    ORDER BY date_bin('10 minutes', at, timestamptz '2026-01-01 00:00:00Z'), at, log, size)
SELECT t.log, t.size, c.note, t.at, t.cosigned FROM those t JOIN log_checkpoint c ON c.log = t.log AND c.size = t.size ORDER BY t.at
