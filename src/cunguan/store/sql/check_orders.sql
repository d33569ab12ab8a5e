-- check_orders: the instructions about money of a range of sequences; of some kinds also what they posted out of holds and payments.
SELECT i.seq, i.id, i.kind, i.state, i.code, i.body,
       CASE WHEN i.kind = ANY(%(posted)s) THEN (
           SELECT coalesce(sum(p.amount_minor), 0)::int8 FROM posting p
           WHERE p.lane = i.lane AND p.seq = i.seq AND EXISTS (
               SELECT FROM account d WHERE d.lane = p.lane AND d.account = p.debit_account AND d.code = ANY(%(of_holds)s))) ELSE 0 END
FROM instruction i
WHERE i.lane = %(lane)s AND i.seq BETWEEN %(first)s AND %(last)s AND i.kind = ANY(%(kinds)s) ORDER BY i.seq
