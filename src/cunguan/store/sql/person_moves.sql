-- person_moves: what became of a client's details, oldest first. Locks nothing.
SELECT event, state, maker, checker, reason, kept_until, at FROM person_move
WHERE lane = %(lane)s AND person = %(person)s ORDER BY number
