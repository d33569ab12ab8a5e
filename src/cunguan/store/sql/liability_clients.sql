-- liability_clients: what a pool owes each of its holders, by the code of the account; who has nothing is there too.
SELECT a.owner, coalesce(sum(b.balance) FILTER (WHERE a.code = '2010'), 0)::int8,
       coalesce(sum(b.balance) FILTER (WHERE a.code = '2015'), 0)::int8, coalesce(sum(b.balance) FILTER (WHERE a.code = '2020'), 0)::int8,
       coalesce(sum(b.balance) FILTER (WHERE a.code = '2030'), 0)::int8, coalesce(sum(b.balance) FILTER (WHERE a.code = '2040'), 0)::int8,
       coalesce(sum(b.balance) FILTER (WHERE a.code = '2310'), 0)::int8
FROM account a LEFT JOIN balance b ON b.lane = a.lane AND b.account = a.account
WHERE a.lane = %(lane)s AND a.pool = %(pool)s AND a.code IN ('2010', '2015', '2020', '2030', '2040', '2310') GROUP BY a.owner
