-- check_break_find: a break by its id, in whatever lane.
SELECT lane, business_date, code, key, state FROM check_break WHERE id = %(id)s ORDER BY lane
