-- client_payout: what a holder's withdrawal meets before it is asked: the bank account that pays (the one with the most on it),
-- whether the pool pays out, whether outgoing payments are stopped, and his own limits, where he has said any. Locks nothing.
-- The balance is asked for by a scalar subquery: behind the wall a join walks all balances of the lane.
SELECT p.state AS pool_state, k.id AS bank_account,
       EXISTS (SELECT FROM outgoing_stop o WHERE o.lane = %(lane)s AND o.state = 'stopped') AS is_stopped,
       l.id, l.each_minor, l.day_minor, l.later_each_minor, l.later_day_minor, l.later_at, l.used_date, l.used_minor, l.used_by_code_minor
FROM pool p
LEFT JOIN client_limit l ON l.lane = %(lane)s AND l.id = %(holder)s
LEFT JOIN LATERAL (
    SELECT k.id FROM bank_account k WHERE k.lane = %(lane)s AND k.pool = p.id AND k.state = 'open'
    ORDER BY (SELECT abs(b.balance) FROM balance b WHERE b.lane = k.lane AND b.account = k.account) DESC NULLS LAST, k.id
    LIMIT 1) k ON true
WHERE p.lane = %(lane)s AND p.id = %(pool)s
