-- recon_statements: the sound statements of a bank account with a date after one and up to another, in order; `kinds`: which messages.
SELECT id, day, opening_minor, closing_minor, credit_minor, debit_minor, identity, encode(digest, 'hex') FROM bank_statement
WHERE lane = %(lane)s AND bank_account = %(bank_account)s AND kind = ANY(%(kinds)s) AND state <> 'replaced' AND same_as IS NULL
  AND verdict IN ('balanced', 'no_balances') AND day > %(after)s AND day <= %(upto)s
ORDER BY day, id
