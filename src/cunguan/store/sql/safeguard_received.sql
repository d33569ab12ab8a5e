-- safeguard_received: what came into a bank account from outside its pool's bank accounts in a range of sequences.
SELECT coalesce(sum(p.amount_minor), 0)::int8
FROM posting p JOIN account a ON a.lane = p.lane AND a.account = p.credit_account
WHERE p.lane = %(lane)s AND (p.debit_account, p.seq) > (%(account)s, %(since)s::int8)
  AND (p.debit_account, p.seq) <= (%(account)s, %(upto)s::int8) AND a.code <> '1010'
