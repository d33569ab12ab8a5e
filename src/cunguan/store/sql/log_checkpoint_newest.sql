-- log_checkpoint_newest: the largest size of the log that is open.
SELECT c.log, c.size, c.root, c.at, c.note, c.cosigned_at
FROM log_checkpoint c JOIN log_origin o USING (log) WHERE o.closed_at IS NULL ORDER BY c.size DESC LIMIT 1
