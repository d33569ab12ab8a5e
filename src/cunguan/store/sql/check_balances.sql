-- check_balances: the next holders by id, each with his five balances as of a sequence: two probes an account.
WITH page AS MATERIALIZED (
    SELECT id, pool, base FROM holder_account WHERE lane = %(lane)s AND id > %(after)s ORDER BY id LIMIT %(limit)s)
SELECT page.id, p.currency, array_agg(coalesce(stood.balance, 0) ORDER BY n)
FROM page JOIN pool p ON p.lane = %(lane)s AND p.id = page.pool
CROSS JOIN generate_series(0, 4) n
LEFT JOIN LATERAL (
    SELECT balance FROM (
        (SELECT seq, line, debit_after AS balance FROM posting
         WHERE lane = %(lane)s AND (debit_account, seq) >= (page.base + n, 0::int8)
           AND (debit_account, seq) <= (page.base + n, %(seq)s::int8)
         ORDER BY debit_account DESC, seq DESC, line DESC LIMIT 1)
        UNION ALL
        (SELECT seq, line, credit_after FROM posting
         WHERE lane = %(lane)s AND (credit_account, seq) >= (page.base + n, 0::int8)
           AND (credit_account, seq) <= (page.base + n, %(seq)s::int8)
         ORDER BY credit_account DESC, seq DESC, line DESC LIMIT 1)) side
    ORDER BY seq DESC, line DESC LIMIT 1) stood ON true
GROUP BY 1, 2 ORDER BY 1
