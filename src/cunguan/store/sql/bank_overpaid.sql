-- bank_overpaid: the payment of ours that an entry is, where its amount is another; nothing where the entry is anything else, or another
-- was the payment meanwhile. Locks nothing.
SELECT coalesce(w.id, p.id), p.id IS NOT NULL, coalesce(w.state, p.state), coalesce(w.amount_minor, p.amount_minor)
FROM bank_entry e
JOIN bank_line l ON l.id = e.line
JOIN bank_statement s ON s.id = e.statement
LEFT JOIN bank_order o ON o.channel = l.channel AND o.end_to_end_id = e.end_to_end_id AND o.lane = s.lane
LEFT JOIN withdrawal w ON w.lane = s.lane AND w.id = coalesce(o.payment, e.end_to_end_id)
LEFT JOIN payout p ON p.lane = s.lane AND p.id = coalesce(o.payment, e.end_to_end_id)
WHERE e.statement = %(statement)s AND e.number = %(number)s AND e.part = %(part)s AND e.cause = 'amount_differs'
  AND coalesce(w.id, p.id) IS NOT NULL
  AND NOT EXISTS (SELECT FROM bank_entry b JOIN bank_line k ON k.id = b.line AND k.channel = l.channel
                  WHERE b.end_to_end_id = e.end_to_end_id AND NOT b.credit AND b.line <> e.line
                    AND b.outcome IN ('booked', 'known') AND b.cause IN ('payment', 'overpaid'))
