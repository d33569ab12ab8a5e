-- webhook_moved: the moves of a range of sequences, in order, not more than asked for. Locks nothing.
SELECT seq, line, machine, subject, event FROM state_move
WHERE lane = %(lane)s AND seq BETWEEN %(first)s AND %(last)s ORDER BY seq, line LIMIT %(limit)s
