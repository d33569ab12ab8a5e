-- check_breaks: the breaks of a date after an id.
SELECT id, business_date, kind, code, key, field, ours, theirs, line, opened_at, state, closed_at, reason, maker, checker
FROM check_break WHERE lane = %(lane)s AND business_date = %(business_date)s AND id > %(after)s ORDER BY id LIMIT %(limit)s
