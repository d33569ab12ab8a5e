-- console_accounts: the accounts of a code in a pool, by number, each with its balance as of a sequence. Two probes an account.
SELECT a.account, a.code, a.owner, a.pool, a.currency, coalesce(stood.balance, 0) AS balance_minor, stood.seq
FROM (SELECT account, code, owner, pool, currency FROM account
    WHERE lane = %(lane)s AND code = %(code)s AND pool = %(pool)s AND (%(k0)s::int8 IS NULL OR account > %(k0)s::int8)
    ORDER BY account LIMIT %(limit)s) a
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
ORDER BY a.account
