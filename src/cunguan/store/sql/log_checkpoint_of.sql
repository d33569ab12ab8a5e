-- log_checkpoint_of: one size of a log.
SELECT log, size, root, at, note, cosigned_at FROM log_checkpoint WHERE log = %(log)s AND size = %(size)s
