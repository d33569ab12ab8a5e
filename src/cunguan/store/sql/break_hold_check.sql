-- break_hold_check: the same of a difference with a check file. Locks its row.
SELECT state, owner FROM check_break WHERE lane = %(lane)s AND id = %(id)s FOR UPDATE
