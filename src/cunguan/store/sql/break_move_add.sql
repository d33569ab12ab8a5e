-- break_move_add: one more move of a break.
INSERT INTO break_move (lane, break, number, at, event, state, owner, maker, checker, note, reference, run)
SELECT %(lane)s, %(id)s, coalesce(max(number), 0) + 1, %(at)s, %(event)s, %(state)s, %(owner)s, %(maker)s, %(checker)s, %(note)s,
       %(reference)s, %(run)s
FROM break_move WHERE lane = %(lane)s AND break = %(id)s
