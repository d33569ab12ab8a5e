-- subject_key_put_back: a key of a key backup, after a restore. Locks its row.
INSERT INTO subject_key (subject, version, drawer, lock, kek, locked, state, at)
VALUES (%(subject)s, %(version)s, %(drawer)s, %(lock)s, %(kek)s, %(locked)s, 'old', %(at)s)
ON CONFLICT (subject, version) DO UPDATE SET drawer = excluded.drawer, lock = excluded.lock, kek = excluded.kek, locked = excluded.locked
WHERE subject_key.state <> 'destroyed'
