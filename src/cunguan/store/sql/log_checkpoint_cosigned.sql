-- log_checkpoint_cosigned: the smallest size from one on that the quorum has cosigned.
SELECT log, size, root, at, note, cosigned_at
FROM log_checkpoint WHERE log = %(log)s AND size >= %(size)s AND cosigned_at IS NOT NULL ORDER BY size LIMIT 1
