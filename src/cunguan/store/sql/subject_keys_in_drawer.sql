-- subject_keys_in_drawer: the keys in a drawer that still read, under a lock before one. Locks their rows.
SELECT subject, version, drawer, lock, kek, locked FROM subject_key
WHERE drawer = %(drawer)s AND lock < %(lock)s AND state <> 'destroyed' ORDER BY subject, version FOR UPDATE
