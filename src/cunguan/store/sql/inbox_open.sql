-- inbox_open: movements that wait, or that two people must book, the oldest first; by the entry that told of them first. Locks nothing.
SELECT e.statement, e.number, e.part, s.lane, s.bank_account, e.booked_on, e.credit, e.amount_minor, e.currency, e.code,
       e.bank_reference, e.end_to_end_id, e.holder, e.outcome, e.cause, e.instruction_id
FROM bank_entry e
JOIN bank_line l ON l.id = e.line AND l.statement = e.statement AND l.number = e.number
JOIN bank_statement s ON s.id = e.statement
WHERE e.outcome IN ('waits', 'person') ORDER BY e.booked_on, e.statement, e.number, e.part LIMIT %(most)s
