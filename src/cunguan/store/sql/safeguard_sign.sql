-- safeguard_sign: sign a run off, once; whoever made it is refused by the table.
INSERT INTO safeguarding_sign_off (run, preparer, reviewer, note, at)
SELECT id, preparer, %(reviewer)s, %(note)s, %(at)s FROM safeguarding_run WHERE id = %(run)s
ON CONFLICT DO NOTHING RETURNING run
