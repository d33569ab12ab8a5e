-- bank_payments_of: the payments that a bank's end-to-end ids mean: by the id the bank was given, else by their own. Locks nothing.
WITH asked AS (
    SELECT given.id, coalesce(o.payment, given.id) AS payment FROM unnest(%(ids)s::text[]) AS given (id)
    LEFT JOIN bank_order o ON o.channel = %(channel)s AND o.end_to_end_id = given.id AND o.lane = %(lane)s
)
SELECT a.id, w.id, FALSE, w.state, w.amount_minor FROM asked a JOIN withdrawal w ON w.lane = %(lane)s AND w.id = a.payment
UNION ALL
SELECT a.id, p.id, TRUE, p.state, p.amount_minor FROM asked a JOIN payout p ON p.lane = %(lane)s AND p.id = a.payment
