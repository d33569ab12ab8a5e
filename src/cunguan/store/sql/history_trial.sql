-- history_trial: the next accounts by number, summed up by pool, currency and code as of a sequence; two probes an account.
WITH page AS MATERIALIZED (
    SELECT account, pool, currency, code FROM account
    WHERE lane = %(lane)s AND account > %(after)s ORDER BY account LIMIT %(limit)s)
SELECT pool, currency, code, count(balance), coalesce(sum(balance), 0)::int8, (SELECT max(account) FROM page), (SELECT count(*) FROM page)
FROM page LEFT JOIN LATERAL (
    SELECT balance FROM (
        (SELECT seq, line, debit_after AS balance FROM posting
         WHERE lane = %(lane)s AND (debit_account, seq) >= (page.account, 0::int8)
           AND (debit_account, seq) <= (page.account, %(seq)s::int8)
         ORDER BY debit_account DESC, seq DESC, line DESC LIMIT 1)
        UNION ALL
        (SELECT seq, line, credit_after FROM posting
         WHERE lane = %(lane)s AND (credit_account, seq) >= (page.account, 0::int8)
           AND (credit_account, seq) <= (page.account, %(seq)s::int8)
         ORDER BY credit_account DESC, seq DESC, line DESC LIMIT 1)) side
    ORDER BY seq DESC, line DESC LIMIT 1) stood ON true
GROUP BY GROUPING SETS ((pool, currency, code), ())
