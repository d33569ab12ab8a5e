-- subject_key_next: the version of a subject's next key; of one whose keys were lost it follows them. Locks nothing.
SELECT coalesce(max(version), 0) + 1 FROM subject_key WHERE subject = %(subject)s
