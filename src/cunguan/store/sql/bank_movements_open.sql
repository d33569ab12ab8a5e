-- bank_movements_open: movements that the books were not told of yet, in the order they were read. Locks nothing.
-- With enable_sort off it reads as many as are asked for, in their order; else the planner, who knows nothing of what was written just
-- now, joins and sorts all that are open, each time anew.
SELECT e.statement, e.number, e.part, e.line, m.key, m.channel, m.account, m.lane, m.bank_account, m.pool, e.booked_on, e.value_on,
       e.credit, e.amount_minor, e.reversal, e.code, e.reference, e.bank_reference, e.end_to_end_id, e.payer_hash, e.name_hash,
       e.holder, e.return_reason, m.business_date
FROM bank_entry e
CROSS JOIN LATERAL (
    SELECT l.key, l.channel, l.account, s.lane, s.bank_account, b.pool, d.business_date
    FROM bank_line l
    JOIN bank_statement s ON s.id = l.statement
    JOIN bank_account b ON b.lane = s.lane AND b.id = s.bank_account
    JOIN lane_day d ON d.lane = s.lane
    WHERE l.id = e.line AND l.statement = e.statement AND l.number = e.number AND NOT (s.lane = ANY(%(busy)s)) LIMIT 1
) m
WHERE e.outcome = ''
ORDER BY e.statement, e.number, e.part LIMIT %(most)s
