-- console_sum: what a few sequences debited and credited, by business date, pool, currency and code. Locks nothing.
SELECT b.business_date, a.pool, a.currency, a.code, coalesce(sum(p.amount_minor) FILTER (WHERE side.is_debit), 0)::int8,
       coalesce(sum(p.amount_minor) FILTER (WHERE NOT side.is_debit), 0)::int8
FROM batch b JOIN posting p ON p.lane = b.lane AND p.seq BETWEEN greatest(b.first_seq, %(first)s) AND least(b.last_seq, %(last)s)
CROSS JOIN LATERAL (VALUES (p.debit_account, true), (p.credit_account, false)) side (account, is_debit)
JOIN account a ON a.lane = p.lane AND a.account = side.account
WHERE b.lane = %(lane)s AND b.first_seq <= %(last)s AND b.last_seq >= %(first)s
  AND b.first_seq >= (SELECT max(first_seq) FROM batch WHERE lane = %(lane)s AND first_seq <= %(first)s)
  AND p.lane = %(lane)s AND p.seq BETWEEN %(first)s AND %(last)s
GROUP BY 1, 2, 3, 4
