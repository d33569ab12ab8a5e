-- liability_lines: what a pool has and owes beside its clients, by the code of the account.
SELECT a.code, count(*), coalesce(sum(b.balance), 0)::int8 FROM account a LEFT JOIN balance b ON b.lane = a.lane AND b.account = a.account
WHERE a.lane = %(lane)s AND a.pool = %(pool)s AND a.code NOT IN ('2010', '2015', '2020', '2030', '2040', '2310') GROUP BY a.code ORDER BY a.code
