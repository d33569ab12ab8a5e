-- parties_due: whose checks are over or will be by a day, the oldest first, a page after a key. Locks nothing.
SELECT person, kind, state, id_type, check_by FROM parties_party
WHERE state IN ('verified', 'due', 'in_review') AND check_by <= %(until)s AND (check_by, person) > (%(after_day)s, %(after)s)
ORDER BY check_by, person LIMIT %(limit)s
