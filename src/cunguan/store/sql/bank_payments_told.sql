-- bank_payments_told: which of some end-to-end ids a movement was already booked as, on which side. Locks nothing.
SELECT given.id, told.credit FROM unnest(%(ids)s::text[]) AS given (id)
CROSS JOIN LATERAL (
    SELECT DISTINCT e.credit
    FROM bank_entry e JOIN bank_line l ON l.id = e.line AND l.statement = e.statement AND l.number = e.number
    WHERE e.end_to_end_id = given.id AND e.end_to_end_id <> '' AND l.channel = %(channel)s
      AND e.outcome IN ('booked', 'known') AND e.cause IN ('payment', 'overpaid', 'return')
) told
