-- client_postings: the postings of one instruction that touch a holder's five accounts, with what stands on the other side. Locks nothing.
SELECT p.line, d.code AS debit_code, d.owner AS debit_owner, c.code AS credit_code, c.owner AS credit_owner, p.amount_minor,
       p.debit_after, p.credit_after, p.debit_account, p.credit_account, p.authority
FROM posting p
CROSS JOIN LATERAL (SELECT code, owner FROM account WHERE lane = %(lane)s AND account = p.debit_account LIMIT 1) d
CROSS JOIN LATERAL (SELECT code, owner FROM account WHERE lane = %(lane)s AND account = p.credit_account LIMIT 1) c
WHERE p.lane = %(lane)s AND p.seq = %(seq)s
  AND (p.debit_account BETWEEN %(base)s AND %(base)s + 4 OR p.credit_account BETWEEN %(base)s AND %(base)s + 4)
ORDER BY p.line LIMIT %(limit)s
