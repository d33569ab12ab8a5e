-- break_set_check: the same of a difference with a check file, which says of its end who and why.
UPDATE check_break SET state = %(state)s, owner = %(owner)s, closed_at = %(closed_at)s, reason = %(reason)s, maker = %(maker)s,
       checker = %(checker)s
WHERE lane = %(lane)s AND id = %(id)s
