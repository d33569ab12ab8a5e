-- log_chunk_of: the chunk of the log that is open that holds a sequence of a lane.
SELECT c.log, c.first_index, c.first_seq FROM (
    SELECT k.log, k.first_index, k.first_seq, k.last_seq
    FROM log_chunk k JOIN log_origin o USING (log)
    WHERE o.closed_at IS NULL AND k.lane = %(lane)s AND k.first_seq <= %(seq)s ORDER BY k.first_seq DESC LIMIT 1
) c WHERE c.last_seq >= %(seq)s
