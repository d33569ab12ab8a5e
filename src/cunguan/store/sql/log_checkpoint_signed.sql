-- log_checkpoint_signed: the smallest size from one on that was signed.
SELECT log, size, root, at, note, cosigned_at
FROM log_checkpoint WHERE log = %(log)s AND size >= %(size)s AND note IS NOT NULL ORDER BY size LIMIT 1
