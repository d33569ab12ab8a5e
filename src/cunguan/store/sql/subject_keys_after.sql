-- subject_keys_after: keys that still read, after one, by subject and version. Locks nothing.
SELECT subject, version, drawer, lock, kek, locked FROM subject_key
WHERE (subject, version) > (%(subject)s, %(version)s) AND state <> 'destroyed' ORDER BY subject, version LIMIT %(limit)s
