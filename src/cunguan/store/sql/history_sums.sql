-- history_sums: debits and credits of a range of sequences, by pool, currency, code and value date.
SELECT a.pool, a.currency, a.code, j.value_date,
       coalesce(sum(p.amount_minor) FILTER (WHERE side.is_debit), 0)::int8,
       coalesce(sum(p.amount_minor) FILTER (WHERE NOT side.is_debit), 0)::int8, count(*)
FROM posting p JOIN journal j ON j.lane = p.lane AND j.seq = p.seq
CROSS JOIN LATERAL (VALUES (p.debit_account, true), (p.credit_account, false)) side (account, is_debit)
JOIN account a ON a.lane = p.lane AND a.account = side.account
WHERE p.lane = %(lane)s AND p.seq BETWEEN %(first)s AND %(last)s AND j.seq BETWEEN %(first)s AND %(last)s
GROUP BY 1, 2, 3, 4
