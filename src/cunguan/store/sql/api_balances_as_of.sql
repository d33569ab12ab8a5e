-- api_balances_as_of: what a holder had in his five accounts after a sequence: two probes an account, as in history_last.
SELECT %(seq)s::int8, p.currency,
       coalesce(max(b.balance) FILTER (WHERE n = 0), 0), coalesce(max(b.balance) FILTER (WHERE n = 1), 0),
       coalesce(max(b.balance) FILTER (WHERE n = 2), 0), coalesce(max(b.balance) FILTER (WHERE n = 3), 0),
       coalesce(max(b.balance) FILTER (WHERE n = 4), 0)
FROM holder_account h JOIN pool p ON p.lane = h.lane AND p.id = h.pool
CROSS JOIN generate_series(0, 4) n
LEFT JOIN LATERAL (
    SELECT balance FROM (
        (SELECT seq, line, debit_after AS balance FROM posting
         WHERE lane = %(lane)s AND (debit_account, seq) >= (h.base + n, 0::int8)
           AND (debit_account, seq) <= (h.base + n, %(seq)s::int8)
         ORDER BY debit_account DESC, seq DESC, line DESC LIMIT 1)
        UNION ALL
        (SELECT seq, line, credit_after FROM posting
         WHERE lane = %(lane)s AND (credit_account, seq) >= (h.base + n, 0::int8)
           AND (credit_account, seq) <= (h.base + n, %(seq)s::int8)
         ORDER BY credit_account DESC, seq DESC, line DESC LIMIT 1)) side
    ORDER BY seq DESC, line DESC LIMIT 1) b ON true
WHERE h.lane = %(lane)s AND h.id = %(holder)s
GROUP BY p.currency
