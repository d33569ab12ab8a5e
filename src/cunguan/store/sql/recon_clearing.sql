-- recon_clearing: what channels owed a lane after a sequence, by channel and settlement date; what is settled is left out.
SELECT c.id, c.pool, p.currency, c.channel, c.settle_date, stood.balance
FROM clearing c JOIN pool p ON p.lane = c.lane AND p.id = c.pool
JOIN LATERAL (
    SELECT balance FROM (
        (SELECT seq, line, debit_after AS balance FROM posting
         WHERE lane = %(lane)s AND (debit_account, seq) >= (c.account, 0::int8)
           AND (debit_account, seq) <= (c.account, %(seq)s::int8)
         ORDER BY debit_account DESC, seq DESC, line DESC LIMIT 1)
        UNION ALL
        (SELECT seq, line, credit_after FROM posting
         WHERE lane = %(lane)s AND (credit_account, seq) >= (c.account, 0::int8)
           AND (credit_account, seq) <= (c.account, %(seq)s::int8)
         ORDER BY credit_account DESC, seq DESC, line DESC LIMIT 1)) side
    ORDER BY seq DESC, line DESC LIMIT 1) stood ON stood.balance > 0
WHERE c.lane = %(lane)s ORDER BY 1
