-- client_movements: what moved a holder's five accounts, one row an instruction, the newest first, before a sequence and from another on;
-- of some kinds only, where they are named: then all of the period is looked through.
-- The account stands in comparisons of rows, as in history_last, so that only its own index gives the order. Locks nothing.
-- A batch has at most a thousand instructions: so its row is found in a short range, also behind the wall.
WITH touched AS MATERIALIZED (
    SELECT DISTINCT s.seq FROM generate_series(%(base)s::int8, %(base)s::int8 + 4) a(account)
    CROSS JOIN LATERAL (
        (SELECT DISTINCT debit_account, seq FROM posting WHERE lane = %(lane)s AND (debit_account, seq) >= (a.account, %(first)s::int8)
           AND (debit_account, seq) < (a.account, %(before)s::int8)
         ORDER BY debit_account DESC, seq DESC LIMIT CASE WHEN %(kinds)s::text[] IS NULL THEN %(limit)s::int8 END)
        UNION ALL
        (SELECT DISTINCT credit_account, seq FROM posting WHERE lane = %(lane)s AND (credit_account, seq) >= (a.account, %(first)s::int8)
           AND (credit_account, seq) < (a.account, %(before)s::int8)
         ORDER BY credit_account DESC, seq DESC LIMIT CASE WHEN %(kinds)s::text[] IS NULL THEN %(limit)s::int8 END)) s
), page AS MATERIALIZED (
    SELECT t.seq, i.kind, i.id FROM touched t
    CROSS JOIN LATERAL (SELECT kind, id FROM instruction WHERE lane = %(lane)s AND seq = t.seq LIMIT 1) i
    WHERE %(kinds)s::text[] IS NULL OR i.kind = ANY(%(kinds)s)
    ORDER BY t.seq DESC LIMIT %(limit)s
)
SELECT p.seq, p.kind, p.id, b.at, b.business_date, m.available, m.uncleared, m.held, m.outbound, m.frozen
FROM page p
CROSS JOIN LATERAL (
    SELECT at, business_date FROM batch WHERE lane = %(lane)s AND first_seq BETWEEN p.seq - 1000 AND p.seq AND last_seq >= p.seq LIMIT 1) b
CROSS JOIN LATERAL (
    SELECT coalesce(sum(amount_minor * ((credit_account = %(base)s)::int - (debit_account = %(base)s)::int)), 0)::int8 AS available,
           coalesce(sum(amount_minor * ((credit_account = %(base)s + 1)::int - (debit_account = %(base)s + 1)::int)), 0)::int8 AS uncleared,
           coalesce(sum(amount_minor * ((credit_account = %(base)s + 2)::int - (debit_account = %(base)s + 2)::int)), 0)::int8 AS held,
           coalesce(sum(amount_minor * ((credit_account = %(base)s + 3)::int - (debit_account = %(base)s + 3)::int)), 0)::int8 AS outbound,
           coalesce(sum(amount_minor * ((credit_account = %(base)s + 4)::int - (debit_account = %(base)s + 4)::int)), 0)::int8 AS frozen
    FROM posting WHERE lane = %(lane)s AND seq = p.seq) m
ORDER BY p.seq DESC
