-- key_destruction_done: another one has done it. Locks its row.
UPDATE key_destruction SET checker = %(checker)s, done_at = %(at)s WHERE number = %(number)s
