-- safeguard_run: one run, and who has signed it off.
SELECT r.id, r.at, r.outcome, r.activity, r.proposed, r.preparer, s.reviewer, s.at, s.note
FROM safeguarding_run r LEFT JOIN safeguarding_sign_off s ON s.run = r.id WHERE r.id = %(id)s
