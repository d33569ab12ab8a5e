-- sealing_keys: the versions of the sealing key that are there, wrapped. Locks nothing.
SELECT version, wrapped FROM sealing_key WHERE destroyed_at IS NULL ORDER BY version
