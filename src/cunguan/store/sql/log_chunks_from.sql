-- log_chunks_from: the next few chunks of a log from an index on, up to another.
SELECT first_index, leaves, lane, first_seq, last_seq, sides FROM log_chunk
WHERE log = %(log)s AND first_index >= %(first)s AND first_index < %(last)s ORDER BY first_index LIMIT 8
