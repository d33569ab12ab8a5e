-- log_waits_of: what a lane's sender found last.
SELECT payment, code, why FROM log_wait WHERE lane = %(lane)s
