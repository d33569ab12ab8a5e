-- console_trial: debits and credits by pool, currency and code: of the dates that were summed up, up to a date (or all), and of the
-- sequences after them up to `seq`, of which there are few. Locks nothing.
SELECT pool, currency, code, sum(debit)::int8 AS debit_minor, sum(credit)::int8 AS credit_minor FROM (
    SELECT pool, currency, code, sum(debit_minor) AS debit, sum(credit_minor) AS credit FROM console_day
    WHERE lane = %(lane)s AND (%(day)s::date IS NULL OR business_date <= %(day)s::date) GROUP BY 1, 2, 3
    UNION ALL
    SELECT a.pool, a.currency, a.code, sum(p.amount_minor) FILTER (WHERE side.is_debit), sum(p.amount_minor) FILTER (WHERE NOT side.is_debit)
    FROM posting p CROSS JOIN LATERAL (VALUES (p.debit_account, true), (p.credit_account, false)) side (account, is_debit)
    JOIN account a ON a.lane = p.lane AND a.account = side.account
    WHERE p.lane = %(lane)s AND p.seq > %(upto)s AND p.seq <= %(seq)s GROUP BY 1, 2, 3) s
GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
