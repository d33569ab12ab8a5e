-- month_accounts: some accounts of a lane after one, with what the months before came to, and how each stood at the month's last sequence.
-- number and link are null where the account was posted to since: then they are opened from the posting that was its last.
WITH here AS MATERIALIZED (
    SELECT lane, account, owner, code, currency FROM account
    WHERE lane = %(lane)s AND account > %(after)s AND code = ANY(%(codes)s) ORDER BY account LIMIT %(limit)s
)
SELECT s.account, s.owner, s.code, s.currency, b.last_number, b.last_link, b.closing_minor, d.month IS NOT NULL,
       p.seq, p.line, p.is_debit, p.after, n.number, n.last
FROM here s
LEFT JOIN LATERAL (
    SELECT last_number, last_link, closing_minor FROM account_statement x
    WHERE x.lane = s.lane AND x.account = s.account AND x.month < %(month)s ORDER BY x.month DESC LIMIT 1
) b ON true
LEFT JOIN account_statement d ON d.lane = s.lane AND d.account = s.account AND d.month = %(month)s
LEFT JOIN LATERAL (
    SELECT * FROM (
        (SELECT seq, line, true AS is_debit, debit_after AS after FROM posting
         WHERE lane = s.lane AND debit_account = s.account AND seq <= %(upto)s ORDER BY seq DESC, line DESC LIMIT 1)
        UNION ALL
        (SELECT seq, line, false, credit_after FROM posting
         WHERE lane = s.lane AND credit_account = s.account AND seq <= %(upto)s ORDER BY seq DESC, line DESC LIMIT 1)
    ) either ORDER BY seq DESC, line DESC LIMIT 1
) p ON true
LEFT JOIN (SELECT l.* FROM log_account l JOIN log_origin o USING (log) WHERE o.closed_at IS NULL) n
    ON n.lane = s.lane AND n.account = s.account AND n.seq <= %(upto)s
ORDER BY s.account
