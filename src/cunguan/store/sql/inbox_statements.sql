-- inbox_statements: what was read of a file. Locks nothing.
SELECT id, place, format, kind, lane, bank_account, account, currency, day, opening_minor, closing_minor, entry_count, credit_minor,
       debit_minor, verdict, difference, state, same_as
FROM bank_statement WHERE file = %(file)s ORDER BY id
