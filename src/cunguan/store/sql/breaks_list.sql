-- breaks_list: breaks of both tables since a date or before, what is always worst (severity 1) first, then the oldest; of one lane, or of all (lane NULL). `ended`: those
-- that are closed too; `run`: those that are not, and those that this run has touched.
SELECT b.lane, b.id, b.rule, b.code, coalesce(d.platform, ''), b.pool, b.subject, b.key, b.field, b.ours, b.theirs, b.currency,
       b.at_risk_minor, b.unordered, b.since, b.cause, b.evidence, b.of_earlier, b.opened_at, b.state, b.owner, b.closed_at
FROM (
    SELECT lane, id, rule, code, pool, subject, key, field, ours, theirs, currency, at_risk_minor, unordered, since, cause, evidence,
           of_earlier, opened_at, state, owner, closed_at, run
    FROM recon_break
    UNION ALL
    SELECT lane, id, CASE WHEN kind IN ('orders', '') THEN 'R3' ELSE 'R4' END, code, '', kind, key, field, ours, theirs, currency,
           at_risk_minor, false, business_date, '{}', '[]', '', opened_at, state, owner, closed_at, 0
    FROM check_break) b
LEFT JOIN lane_day d ON d.lane = b.lane
WHERE b.since <= %(upto)s AND (%(lane)s::int4 IS NULL OR b.lane = %(lane)s) AND (%(id)s::text IS NULL OR b.id = %(id)s)
  AND (b.state <> 'closed' OR %(ended)s OR b.run = %(run)s)
ORDER BY (b.code = 'BRK14' OR b.unordered) DESC, b.since, b.lane, b.id LIMIT %(limit)s
