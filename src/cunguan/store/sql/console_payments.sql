-- console_payments: payments to banks that have no end yet, in one state or in any, the oldest of each lane first. Locks nothing.
SELECT o.lane, d.platform, o.id, o.channel, o.state, o.seq, b.at AS since,
       coalesce(w.amount_minor, p.amount_minor) AS amount_minor, coalesce(r.end_to_end_id, w.end_to_end_id, p.end_to_end_id, '') AS end_to_end_id,
       coalesce(w.holder, p.owner, '') AS holder, l.currency, x.since AS waits_since, coalesce(x.why, '') AS waits_why
FROM outbox o JOIN lane_day d ON d.lane = o.lane
LEFT JOIN withdrawal w ON w.lane = o.lane AND w.id = o.id LEFT JOIN payout p ON p.lane = o.lane AND p.id = o.id
LEFT JOIN bank_account a ON a.lane = o.lane AND a.id = coalesce(w.bank_account, p.bank_account)
LEFT JOIN pool l ON l.lane = o.lane AND l.id = a.pool LEFT JOIN log_wait x ON x.lane = o.lane AND x.payment = o.id
LEFT JOIN bank_order r ON r.lane = o.lane AND r.payment = o.id
CROSS JOIN LATERAL (SELECT at FROM batch WHERE lane = o.lane AND first_seq <= o.seq ORDER BY first_seq DESC LIMIT 1) b
WHERE o.state IN ('waiting', 'sending', 'sent', 'in_doubt') AND NOT starts_with(o.channel, 'lane:')
  AND (%(state)s = 'all' OR o.state = %(state)s) AND (NOT %(log)s::bool OR x.payment IS NOT NULL)
  AND (%(lane)s::int4 IS NULL OR o.lane = %(lane)s::int4)
  AND (%(k0)s::int4 IS NULL OR (o.lane, o.seq, o.id) > (%(k0)s::int4, %(k1)s::int8, %(k2)s::text))
ORDER BY o.lane, o.seq, o.id LIMIT %(limit)s
