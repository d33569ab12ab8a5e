-- bank_statements_unread: what was read of a file before; what was booked of it stays so. Locks their rows.
UPDATE bank_statement SET state = 'replaced' WHERE file = %(file)s AND state <> 'replaced'
