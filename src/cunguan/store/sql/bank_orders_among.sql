-- bank_orders_among: which payments of a lane a bank knows by some ids. Locks nothing.
SELECT end_to_end_id, payment FROM bank_order
WHERE channel = %(channel)s AND end_to_end_id = ANY(%(orders)s) AND lane = %(lane)s
