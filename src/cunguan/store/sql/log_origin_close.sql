-- log_origin_close: a log goes on no more.
UPDATE log_origin SET closed_at = clock_timestamp() WHERE log = %(log)s AND closed_at IS NULL
