-- due_orders: legal orders whose last day is over. Locks nothing.
SELECT id FROM legal_order
WHERE lane = 0 AND state IN ('waiting', 'partly_filled', 'in_force') AND expires < %s ORDER BY id
