-- api_pool_balances: the platform's own accounts of a pool with their balances, as of the lane's head. Locks nothing.
SELECT l.head, own.code, own.balance FROM lane l LEFT JOIN LATERAL (
    SELECT a.code, b.balance FROM account a JOIN balance b ON b.lane = a.lane AND b.account = a.account
    WHERE a.lane = %(lane)s AND a.owner = %(of)s AND a.pool = %(of)s
      AND a.code IN ('2110', '2120', '2125', '2130', '2150', '2155')) own ON true
WHERE l.lane = %(lane)s ORDER BY own.code
