-- bank_status_open: what reports of banks say and the books were not told yet, with the payments they mean. Locks nothing.
WITH meant AS (
    SELECT s.file, s.number, s.channel, s.order_id, s.status, s.amount_minor, s.reason, s.is_final, o.lane, o.payment
    FROM bank_status s LEFT JOIN bank_order o ON o.channel = s.channel AND o.end_to_end_id = s.order_id
    WHERE s.outcome = '' AND NOT (coalesce(o.lane, -1) = ANY(%(busy)s)) ORDER BY s.file, s.number LIMIT %(most)s
)
SELECT m.file, m.number, m.channel, m.order_id, m.status, m.amount_minor, m.reason, m.is_final, m.lane, m.payment, p.id IS NOT NULL,
       coalesce(w.state, p.state), coalesce(w.amount_minor, p.amount_minor)
FROM meant m
LEFT JOIN withdrawal w ON w.lane = m.lane AND w.id = m.payment
LEFT JOIN payout p ON p.lane = m.lane AND p.id = m.payment
ORDER BY m.file, m.number
