-- log_checkpoint_seen: the newest checkpoint of a log that the quorum has cosigned, where it is at least so large.
SELECT log, size, root, at, note, cosigned_at FROM log_checkpoint
WHERE log = %(log)s AND size >= %(size)s AND cosigned_at IS NOT NULL ORDER BY size DESC LIMIT 1
