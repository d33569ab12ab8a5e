-- client_withdrawals: a holder's withdrawals, the newest first, before a sequence. Locks nothing.
SELECT w.id, w.amount_minor, w.fee_minor, w.payee_hash, w.card, w.state, w.seq, w.mandate, b.at, b.business_date
FROM (SELECT id, amount_minor, fee_minor, payee_hash, card, state, seq, mandate FROM withdrawal
      WHERE lane = %(lane)s AND holder = %(holder)s AND seq < %(before)s ORDER BY seq DESC LIMIT %(limit)s) w
CROSS JOIN LATERAL (
    SELECT at, business_date FROM batch
    WHERE lane = %(lane)s AND first_seq BETWEEN w.seq - 1000 AND w.seq AND last_seq >= w.seq LIMIT 1) b
ORDER BY w.seq DESC
