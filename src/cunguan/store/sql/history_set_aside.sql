-- history_set_aside: what stands open on a held, outbound or uncleared account as of a sequence, by what opened it.
WITH moved AS (
    SELECT opened, -amount_minor AS amount_minor FROM posting
    WHERE lane = %(lane)s AND (debit_account, seq) >= (%(account)s::int8, 0::int8)
      AND (debit_account, seq) <= (%(account)s::int8, %(seq)s::int8)
    UNION ALL
    SELECT opened, amount_minor FROM posting
    WHERE lane = %(lane)s AND (credit_account, seq) >= (%(account)s::int8, 0::int8)
      AND (credit_account, seq) <= (%(account)s::int8, %(seq)s::int8)),
open AS MATERIALIZED (SELECT opened, sum(amount_minor) AS amount_minor FROM moved GROUP BY 1 HAVING sum(amount_minor) <> 0)
SELECT o.opened, i.id, i.kind, convert_from(i.body, 'UTF8')::jsonb ->> 'listing', o.amount_minor::int8
FROM open o LEFT JOIN instruction i ON i.lane = %(lane)s AND i.seq = o.opened ORDER BY o.opened
