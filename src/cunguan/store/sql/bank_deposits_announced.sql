-- bank_deposits_announced: the deposits that a channel announced under some ids. Locks nothing.
SELECT id, state, amount_minor FROM deposit WHERE lane = %(lane)s AND id = ANY(%(ids)s) AND clearing <> ''
