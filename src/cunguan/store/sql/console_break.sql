-- console_break: one break of either table, with every move of it. Locks nothing.
SELECT b.*, coalesce(d.platform, '') AS platform, d.business_date, coalesce((
    SELECT jsonb_agg(to_jsonb(m) ORDER BY m.number) FROM break_move m WHERE m.lane = b.lane AND m.break = b.id), '[]') AS moves,
    (SELECT s.id FROM suspense_item s WHERE s.lane = b.lane AND s.break_id = b.lane || ':' || b.id LIMIT 1) AS parked
FROM (
    SELECT lane, id, rule, code, pool, subject, key, field, ours, theirs, currency, at_risk_minor, unordered, since, cause, evidence,
           lines, of_earlier, opened_at, state, owner, closed_at
    FROM recon_break WHERE lane = %(lane)s AND id = %(id)s
    UNION ALL
    SELECT lane, id, CASE WHEN kind IN ('orders', '') THEN 'R3' ELSE 'R4' END, code, '', kind, key, field, ours, theirs, currency,
           at_risk_minor, false, business_date, '{}', '[]', '[]', '', opened_at, state, owner, closed_at
    FROM check_break WHERE lane = %(lane)s AND id = %(id)s) b
LEFT JOIN lane_day d ON d.lane = b.lane
