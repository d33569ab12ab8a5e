-- subject_key_add: a further key of a subject, who has no current one; nothing where another made it at the same time. Locks its row.
INSERT INTO subject_key (subject, version, drawer, lock, kek, locked, state, at)
VALUES (%(subject)s, %(version)s, %(drawer)s, %(lock)s, %(kek)s, %(locked)s, 'current', %(at)s) ON CONFLICT DO NOTHING
