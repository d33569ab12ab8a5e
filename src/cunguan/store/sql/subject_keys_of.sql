-- subject_keys_of: the keys of a subject that still read, oldest first. Locks nothing.
SELECT subject, version, drawer, lock, kek, locked FROM subject_key
WHERE subject = %(subject)s AND state <> 'destroyed' ORDER BY version
