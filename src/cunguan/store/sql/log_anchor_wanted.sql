-- log_anchor_wanted: the newest checkpoint of the log that is open that the quorum cosigned; where none is, the newest that was signed.
SELECT c.log, c.size, c.root, c.at, c.note, c.cosigned_at
FROM log_checkpoint c JOIN log_origin o USING (log)
WHERE o.closed_at IS NULL AND c.note IS NOT NULL ORDER BY c.cosigned_at IS NULL, c.size DESC LIMIT 1
