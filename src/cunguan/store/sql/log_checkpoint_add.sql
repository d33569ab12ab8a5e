-- log_checkpoint_add: a size of a log with its root, before it is signed.
INSERT INTO log_checkpoint (log, size, root, at) VALUES (%(log)s, %(size)s, %(root)s, clock_timestamp())
