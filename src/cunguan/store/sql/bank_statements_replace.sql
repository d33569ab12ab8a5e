-- bank_statements_replace: the bank told of these anew, otherwise. Locks their rows.
UPDATE bank_statement SET state = 'replaced' WHERE id = ANY(%(ids)s)
