-- history_last: the last posting of an account up to a sequence, and the balance after it: two probes, whatever the account.
-- The account stands in comparisons of rows, never in an equation: so no other index gives this order, and the planner
-- cannot search a whole lane backwards for an account that was not touched for ages.
SELECT seq, line, balance FROM (
    (SELECT seq, line, debit_after AS balance FROM posting
     WHERE lane = %(lane)s AND (debit_account, seq) >= (%(account)s::int8, 0::int8)
       AND (debit_account, seq) <= (%(account)s::int8, %(seq)s::int8)
     ORDER BY debit_account DESC, seq DESC, line DESC LIMIT 1)
    UNION ALL
    (SELECT seq, line, credit_after FROM posting
     WHERE lane = %(lane)s AND (credit_account, seq) >= (%(account)s::int8, 0::int8)
       AND (credit_account, seq) <= (%(account)s::int8, %(seq)s::int8)
     ORDER BY credit_account DESC, seq DESC, line DESC LIMIT 1)) side
ORDER BY seq DESC, line DESC LIMIT 1
