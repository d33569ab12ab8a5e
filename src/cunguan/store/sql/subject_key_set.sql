-- subject_key_set: a key under another lock or KEK, where it is still there. Locks its row.
UPDATE subject_key SET lock = %(lock)s, kek = %(kek)s, locked = %(locked)s
WHERE subject = %(subject)s AND version = %(version)s AND state <> 'destroyed'
