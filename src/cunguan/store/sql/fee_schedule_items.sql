-- fee_schedule_items: the lines of one version of a fee schedule.
SELECT items FROM fee_schedule WHERE lane = %(lane)s AND id = %(id)s
