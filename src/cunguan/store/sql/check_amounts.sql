-- check_amounts: what some listings are registered for.
SELECT id, amount_minor FROM listing WHERE lane = %(lane)s AND id = ANY(%(ids)s)
