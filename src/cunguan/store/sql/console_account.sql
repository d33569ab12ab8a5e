-- console_account: one account, whose it is, and its balance as of a sequence. Locks nothing.
SELECT a.account, a.code, a.owner, a.pool, a.currency, h.id AS holder, coalesce(b.balance, 0) AS balance_now_minor, stood.seq AS last_seq,
       coalesce(stood.balance, 0) AS balance_minor, k.id AS bank_account
FROM account a LEFT JOIN holder_account h ON h.lane = a.lane AND h.id = a.owner
LEFT JOIN balance b ON b.lane = a.lane AND b.account = a.account
LEFT JOIN bank_account k ON k.lane = a.lane AND k.account = a.account
LEFT JOIN LATERAL (
    SELECT seq, balance FROM (
        (SELECT seq, line, debit_after AS balance FROM posting
         WHERE lane = %(lane)s AND (debit_account, seq) >= (a.account, 0::int8) AND (debit_account, seq) <= (a.account, %(seq)s::int8)
         ORDER BY debit_account DESC, seq DESC, line DESC LIMIT 1)
        UNION ALL
        (SELECT seq, line, credit_after FROM posting
         WHERE lane = %(lane)s AND (credit_account, seq) >= (a.account, 0::int8) AND (credit_account, seq) <= (a.account, %(seq)s::int8)
         ORDER BY credit_account DESC, seq DESC, line DESC LIMIT 1)) side
    ORDER BY seq DESC, line DESC LIMIT 1) stood ON true
WHERE a.lane = %(lane)s AND a.account = %(account)s
