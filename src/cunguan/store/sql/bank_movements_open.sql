-- bank_movements_open: movements that the books were not told of yet, in the order they were read. Locks nothing.
SELECT e.statement, e.number, e.part, e.line, l.key, l.channel, l.account, s.lane, s.bank_account, b.pool, e.booked_on, e.value_on,
       e.credit, e.amount_minor, e.reversal, e.code, e.reference, e.bank_reference, e.end_to_end_id, e.payer_hash, e.name_hash,
       e.holder, e.return_reason, d.business_date
FROM bank_entry e
JOIN bank_line l ON l.id = e.line AND l.statement = e.statement AND l.number = e.number
JOIN bank_statement s ON s.id = e.statement
JOIN bank_account b ON b.lane = s.lane AND b.id = s.bank_account
JOIN lane_day d ON d.lane = s.lane
WHERE e.outcome = '' AND NOT (s.lane = ANY(%(busy)s))
ORDER BY e.statement, e.number, e.part LIMIT %(most)s
