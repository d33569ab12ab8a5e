-- client_flow: what came into a holder's five accounts from elsewhere, and what went out of them, between each of some sequences and the
-- next; from one of them to another is neither. Part 0 is what comes before the first. Locks nothing.
SELECT width_bucket(s.seq, %(bounds)s::int8[]) AS part, sum(s.came)::int8 AS came, sum(s.went)::int8 AS went
FROM generate_series(%(base)s::int8, %(base)s::int8 + 4) a(account)
CROSS JOIN LATERAL (
    SELECT seq, 0::int8 AS came, amount_minor AS went FROM posting
    WHERE lane = %(lane)s AND (debit_account, seq) >= (a.account, %(first)s::int8) AND (debit_account, seq) <= (a.account, %(upto)s::int8)
      AND NOT credit_account BETWEEN %(base)s::int8 AND %(base)s::int8 + 4
    UNION ALL
    SELECT seq, amount_minor, 0 FROM posting
    WHERE lane = %(lane)s AND (credit_account, seq) >= (a.account, %(first)s::int8) AND (credit_account, seq) <= (a.account, %(upto)s::int8)
      AND NOT debit_account BETWEEN %(base)s::int8 AND %(base)s::int8 + 4) s
GROUP BY 1 ORDER BY 1
