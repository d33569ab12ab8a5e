-- subject_keys_are_there: whether any subject has a key. Locks nothing.
SELECT EXISTS (SELECT FROM subject_key) AS is_there
