-- fee_schedule_now: the newest version of a fee schedule that a client may confirm.
SELECT version FROM fee_schedule
WHERE lane = %(lane)s AND schedule = %(schedule)s AND state IN ('announced', 'in_force') ORDER BY version DESC LIMIT 1
