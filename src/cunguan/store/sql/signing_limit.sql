-- signing_limit: what a client lets out of an account, as the books hold it; nothing where he has set no limit yet.
SELECT each_minor, day_minor, later_each_minor, later_day_minor, later_at, used_date, used_minor
FROM client_limit WHERE lane = %(lane)s AND id = %(holder)s
