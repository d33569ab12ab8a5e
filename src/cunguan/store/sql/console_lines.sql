-- console_lines: the postings of an account before (seq, line), the newest first, with what they are about.
-- As in history_last the account stands in comparisons of rows, so that only its own index gives the order.
WITH found AS MATERIALIZED (
    (SELECT seq, line, credit_account AS counter, true AS is_debit, amount_minor, debit_after AS balance FROM posting
     WHERE lane = %(lane)s AND (debit_account, seq) >= (%(account)s::int8, 0::int8)
       AND (debit_account, seq) <= (%(account)s::int8, %(k0)s::int8) AND (seq < %(k0)s::int8 OR line < %(k1)s::int4)
     ORDER BY debit_account DESC, seq DESC, line DESC LIMIT %(limit)s)
    UNION ALL
    (SELECT seq, line, debit_account, false, amount_minor, credit_after FROM posting
     WHERE lane = %(lane)s AND (credit_account, seq) >= (%(account)s::int8, 0::int8)
       AND (credit_account, seq) <= (%(account)s::int8, %(k0)s::int8) AND (seq < %(k0)s::int8 OR line < %(k1)s::int4)
     ORDER BY credit_account DESC, seq DESC, line DESC LIMIT %(limit)s)),
page AS MATERIALIZED (SELECT * FROM found ORDER BY seq DESC, line DESC LIMIT %(limit)s)
SELECT p.seq, p.line, b.at, b.business_date, j.value_date, i.kind, i.id, a.account AS counter_account, a.code AS counter_code,
       a.owner AS counter_owner, p.is_debit, p.amount_minor, p.balance AS balance_minor
FROM page p
CROSS JOIN LATERAL (
    SELECT at, business_date FROM batch WHERE lane = %(lane)s AND first_seq <= p.seq ORDER BY first_seq DESC LIMIT 1) b
CROSS JOIN LATERAL (SELECT value_date FROM journal WHERE lane = %(lane)s AND seq = p.seq) j
CROSS JOIN LATERAL (SELECT kind, id FROM instruction WHERE lane = %(lane)s AND seq = p.seq) i
CROSS JOIN LATERAL (SELECT account, code, owner FROM account WHERE lane = %(lane)s AND account = p.counter) a
ORDER BY p.seq DESC, p.line DESC
