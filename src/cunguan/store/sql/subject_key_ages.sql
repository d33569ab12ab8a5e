-- subject_key_ages: a subject's key does not encrypt any more. Locks its row.
UPDATE subject_key SET state = 'old' WHERE subject = %(subject)s AND state = 'current'
