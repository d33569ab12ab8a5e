-- history_moves: what one instruction did to the state of its subjects.
SELECT machine, subject, event, state FROM state_move WHERE lane = %(lane)s AND seq = %(seq)s ORDER BY line
