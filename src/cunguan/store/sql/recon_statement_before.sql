-- recon_statement_before: the last sound statement of a bank account with balances, of a date or before.
SELECT id, day, closing_minor FROM bank_statement
WHERE lane = %(lane)s AND bank_account = %(bank_account)s AND kind = 'statement' AND state <> 'replaced' AND same_as IS NULL
  AND verdict = 'balanced' AND day <= %(upto)s
ORDER BY day DESC, id DESC LIMIT 1
