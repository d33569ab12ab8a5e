-- check_orders_named: the instructions about money of some ids, on whatever date, with that date.
SELECT i.seq, i.id, i.kind, i.state, i.code, i.body,
       CASE WHEN i.kind = ANY(%(posted)s) THEN (
           SELECT coalesce(sum(p.amount_minor), 0)::int8 FROM posting p
           WHERE p.lane = i.lane AND p.seq = i.seq AND EXISTS (
               SELECT FROM account d WHERE d.lane = p.lane AND d.account = p.debit_account AND d.code = ANY(%(of_holds)s))) ELSE 0 END
FROM instruction_key k JOIN instruction i ON i.lane = k.lane AND i.seq = k.seq
WHERE k.lane = %(lane)s AND k.key16 = ANY(%(keys)s) AND i.kind = ANY(%(kinds)s)
