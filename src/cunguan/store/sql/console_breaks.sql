-- console_breaks: breaks of both tables page by page: what is always worst first, then the oldest; of one lane or of all. Locks nothing.
SELECT b.*, (b.code = 'BRK14' OR b.unordered)::int AS worst, coalesce(d.platform, '') AS platform,
       greatest(d.business_date - b.since, 0) AS age_days
FROM (
    SELECT lane, id, rule, code, pool, subject, key, field, ours, theirs, currency, at_risk_minor, unordered, since, state, owner
    FROM recon_break
    WHERE (%(state)s = 'all' OR (%(state)s = 'closed') = (state = 'closed')) AND (%(lane)s::int4 IS NULL OR lane = %(lane)s::int4)
    UNION ALL
    SELECT lane, id, CASE WHEN kind IN ('orders', '') THEN 'R3' ELSE 'R4' END, code, '', kind, key, field, ours, theirs, currency,
           at_risk_minor, false, business_date, state, owner
    FROM check_break
    WHERE (%(state)s = 'all' OR (%(state)s = 'closed') = (state = 'closed')) AND (%(lane)s::int4 IS NULL OR lane = %(lane)s::int4)) b
LEFT JOIN lane_day d ON d.lane = b.lane
WHERE (%(owner)s = '' OR b.owner = %(owner)s) AND (%(code)s = '' OR b.code = %(code)s)
  AND (%(k0)s::int4 IS NULL OR ((b.code = 'BRK14' OR b.unordered)::int * -1, b.since, b.lane, b.id)
       > (%(k0)s::int4 * -1, %(k1)s::date, %(k2)s::int4, %(k3)s::text))
ORDER BY (b.code = 'BRK14' OR b.unordered)::int * -1, b.since, b.lane, b.id LIMIT %(limit)s
