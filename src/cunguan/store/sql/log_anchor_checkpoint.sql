-- log_anchor_checkpoint: a checkpoint by its log's name and its size.
SELECT c.log, c.size, c.root, c.at, c.note, c.cosigned_at
FROM log_checkpoint c JOIN log_origin o USING (log) WHERE o.origin = %(origin)s AND c.size = %(size)s
