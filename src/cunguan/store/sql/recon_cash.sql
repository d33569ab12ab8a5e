-- recon_cash: a lane's bank accounts, each with its 1010 after a sequence: two probes an account, as in history_last.
SELECT b.id, b.pool, p.currency, b.channel, b.reference, b.account, coalesce(stood.balance, 0)
FROM bank_account b JOIN pool p ON p.lane = b.lane AND p.id = b.pool
LEFT JOIN LATERAL (
    SELECT balance FROM (
        (SELECT seq, line, debit_after AS balance FROM posting
         WHERE lane = %(lane)s AND (debit_account, seq) >= (b.account, 0::int8)
           AND (debit_account, seq) <= (b.account, %(seq)s::int8)
         ORDER BY debit_account DESC, seq DESC, line DESC LIMIT 1)
        UNION ALL
        (SELECT seq, line, credit_after FROM posting
         WHERE lane = %(lane)s AND (credit_account, seq) >= (b.account, 0::int8)
           AND (credit_account, seq) <= (b.account, %(seq)s::int8)
         ORDER BY credit_account DESC, seq DESC, line DESC LIMIT 1)) side
    ORDER BY seq DESC, line DESC LIMIT 1) stood ON true
WHERE b.lane = %(lane)s ORDER BY 1
