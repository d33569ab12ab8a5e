-- break_moves: what became of a break, move by move.
SELECT number, at, event, state, owner, maker, checker, note, reference, run FROM break_move
WHERE lane = %(lane)s AND break = %(id)s ORDER BY number
