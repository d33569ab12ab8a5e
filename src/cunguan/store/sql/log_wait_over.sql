-- log_wait_over: payments that wait for the log no longer.
DELETE FROM log_wait WHERE lane = %(lane)s AND payment = ANY(%(payments)s)
