-- log_checkpoint_published: the largest size of the log that is open that was signed.
SELECT c.log, c.size, c.root, c.at, c.note, c.cosigned_at
FROM log_checkpoint c JOIN log_origin o USING (log) WHERE o.closed_at IS NULL AND c.note IS NOT NULL ORDER BY c.size DESC LIMIT 1
