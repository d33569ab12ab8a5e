-- check_confirmed: when a date was confirmed, under which id.
SELECT instruction_id, confirmed_at FROM check_confirm WHERE lane = %(lane)s AND business_date = %(business_date)s
