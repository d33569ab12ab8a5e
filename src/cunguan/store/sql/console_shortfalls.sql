-- console_shortfalls: what the firm has still to make good in its pools, the oldest first. Locks nothing.
SELECT s.lane, d.platform, s.id, s.pool, p.currency, s.amount_minor, s.amount_minor - s.made_good_minor AS left_minor, s.found_date, s.cause,
       s.reason, s.state, d.business_date - s.found_date AS age_days
FROM shortfall s JOIN lane_day d ON d.lane = s.lane JOIN pool p ON p.lane = s.lane AND p.id = s.pool
WHERE s.state IN ('found', 'overdue') AND (%(lane)s::int4 IS NULL OR s.lane = %(lane)s::int4)
  AND (%(k0)s::date IS NULL OR (s.found_date, s.lane, s.id) > (%(k0)s::date, %(k1)s::int4, %(k2)s::text))
ORDER BY s.found_date, s.lane, s.id LIMIT %(limit)s
