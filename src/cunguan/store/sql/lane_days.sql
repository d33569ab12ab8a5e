-- lane_days: each opened lane with its open date, whether it is a sandbox, and the currencies of its pools.
SELECT d.lane, d.platform, d.business_date, d.sandbox,
       coalesce(array_agg(DISTINCT p.currency ORDER BY p.currency) FILTER (WHERE p.currency IS NOT NULL), '{}')
FROM lane_day d LEFT JOIN pool p USING (lane) GROUP BY d.lane, d.platform, d.business_date, d.sandbox ORDER BY d.lane
