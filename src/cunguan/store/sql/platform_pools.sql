-- platform_pools: the pools of a lane, with what stands on the platform's own accounts in them (2110 … 2155). Locks nothing.
SELECT p.id, p.currency, p.regime, p.state, a.code, sum(b.balance)::int8 AS balance
FROM pool p
LEFT JOIN account a ON a.lane = p.lane AND a.pool = p.id AND a.owner = p.id
    AND a.code IN ('2110', '2120', '2125', '2130', '2150', '2155')
LEFT JOIN balance b ON b.lane = a.lane AND b.account = a.account
WHERE p.lane = %(lane)s
GROUP BY p.id, p.currency, p.regime, p.state, a.code ORDER BY p.id, a.code
