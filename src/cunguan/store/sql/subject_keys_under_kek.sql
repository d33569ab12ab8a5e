-- subject_keys_under_kek: keys under an older KEK, after a subject. Locks nothing.
SELECT subject, version, drawer, lock, kek, locked FROM subject_key
WHERE kek < %(kek)s AND (subject, version) > (%(subject)s, %(version)s) AND state <> 'destroyed' ORDER BY subject, version LIMIT %(limit)s
