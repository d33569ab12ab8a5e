-- check_break_end: end a break that is open.
UPDATE check_break SET state = 'closed', closed_at = %(closed_at)s, reason = %(reason)s, maker = %(maker)s, checker = %(checker)s
WHERE lane = %(lane)s AND id = %(id)s AND state <> 'closed'
