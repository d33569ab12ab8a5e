-- recon_sums: what stood on all accounts of each code after a sequence: what stands there now, less what moved since.
WITH since AS (
    SELECT a.pool, a.currency, a.code,
           sum(CASE WHEN (side.account < 0) = side.is_debit THEN p.amount_minor ELSE -p.amount_minor END)::int8 AS moved
    FROM posting p
    CROSS JOIN LATERAL (VALUES (p.debit_account, true), (p.credit_account, false)) side (account, is_debit)
    JOIN account a ON a.lane = p.lane AND a.account = side.account
    WHERE p.lane = %(lane)s AND p.seq > %(seq)s
    GROUP BY 1, 2, 3),
stands AS (
    SELECT a.pool, a.currency, a.code, sum(b.balance)::int8 AS balance
    FROM balance b JOIN account a ON a.lane = b.lane AND a.account = b.account
    WHERE b.lane = %(lane)s GROUP BY 1, 2, 3)
SELECT stands.pool, stands.currency, stands.code, stands.balance - coalesce(since.moved, 0)
FROM stands LEFT JOIN since USING (pool, currency, code) ORDER BY 1, 2, 3
