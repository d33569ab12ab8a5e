-- log_newest_cosigned: the largest size of the log that is open that the quorum has cosigned.
SELECT c.log, c.size, c.root, c.at, c.note, c.cosigned_at
FROM log_checkpoint c JOIN log_origin o USING (log)
WHERE o.closed_at IS NULL AND c.cosigned_at IS NOT NULL ORDER BY c.size DESC LIMIT 1
