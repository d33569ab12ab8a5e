-- inbox_entries: the transactions of a file's statements, some of them. Locks nothing.
SELECT e.statement, e.number, e.part, s.lane, s.bank_account, e.booked_on, e.credit, e.amount_minor, e.currency, e.code,
       e.bank_reference, e.end_to_end_id, e.holder, e.outcome, e.cause, e.instruction_id
FROM bank_entry e JOIN bank_statement s ON s.id = e.statement
WHERE s.file = %(file)s ORDER BY e.statement, e.number, e.part LIMIT %(most)s
