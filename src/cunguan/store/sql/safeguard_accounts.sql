-- safeguard_accounts: the next accounts by number that were ever posted to, each with its balance as of a sequence; the last row
-- has the page's highest number and how many accounts were looked at. Two probes an account.
WITH page AS MATERIALIZED (
    SELECT account, pool, code, owner FROM account
    WHERE lane = %(lane)s AND account > %(after)s ORDER BY account LIMIT %(limit)s)
SELECT * FROM (
    SELECT page.account, page.code, page.owner, stood.balance
    FROM page CROSS JOIN LATERAL (
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
        ORDER BY seq DESC, line DESC LIMIT 1) stood
    WHERE page.pool = %(pool)s ORDER BY page.account) found
UNION ALL SELECT max(account), NULL, NULL, count(*) FROM page
