-- history_postings: the postings of one instruction, with both accounts.
SELECT p.line, d.account, d.code, d.owner, c.account, c.code, c.owner, p.amount_minor, p.debit_after, p.credit_after,
       p.authority, p.opened
FROM posting p JOIN account d ON d.lane = p.lane AND d.account = p.debit_account
JOIN account c ON c.lane = p.lane AND c.account = p.credit_account
WHERE p.lane = %(lane)s AND p.seq = %(seq)s ORDER BY p.line
