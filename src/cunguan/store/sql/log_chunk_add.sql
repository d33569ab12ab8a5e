-- log_chunk_add: leaves of one lane that stand together.
INSERT INTO log_chunk (log, first_index, leaves, lane, first_seq, last_seq, sides)
VALUES (%(log)s, %(first_index)s, %(leaves)s, %(lane)s, %(first_seq)s, %(last_seq)s, %(sides)b)
