-- liability_draws: of each ten minutes since an instant the first checkpoint that may draw: cosigned, or signed where nothing was ever cosigned.
WITH those AS MATERIALIZED (
    SELECT log, size, note, coalesce(cosigned_at, at) AS at, cosigned_at IS NOT NULL AS cosigned FROM log_checkpoint
    WHERE note IS NOT NULL AND at >= %(since)s - interval '1 hour' AND coalesce(cosigned_at, at) >= %(since)s
      AND (cosigned_at IS NOT NULL OR NOT EXISTS (SELECT 1 FROM log_checkpoint WHERE cosigned_at IS NOT NULL)))
SELECT DISTINCT ON (date_bin('10 minutes', at, timestamptz '2026-01-01 00:00:00Z')) log, size, note, at, cosigned FROM those
ORDER BY date_bin('10 minutes', at, timestamptz '2026-01-01 00:00:00Z'), at, log, size
