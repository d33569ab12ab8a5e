-- safeguard_shortfalls: what the firm has still to make good in a pool.
SELECT id, cause, amount_minor - made_good_minor FROM shortfall
WHERE lane = %(lane)s AND pool = %(pool)s AND state IN ('found', 'overdue') ORDER BY found_date, seq
