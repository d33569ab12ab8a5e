-- bank_payments_told: which of some end-to-end ids a movement was already booked as, on which side. Locks nothing.
SELECT DISTINCT e.end_to_end_id, e.credit
FROM bank_entry e JOIN bank_line l ON l.id = e.line AND l.statement = e.statement AND l.number = e.number
WHERE e.end_to_end_id = ANY(%(ids)s) AND l.channel = %(channel)s AND e.outcome IN ('booked', 'known') AND e.cause IN ('payment', 'overpaid', 'return')
