-- log_waits_long: how many payments have waited for the log for longer than it takes.
SELECT count(*) FROM log_wait WHERE since < clock_timestamp() - make_interval(secs => %(seconds)s)
