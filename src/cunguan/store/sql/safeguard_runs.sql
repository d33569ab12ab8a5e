-- safeguard_runs: the runs of some days, the newest last, each with who has signed it off.
SELECT r.id, r.at, r.outcome, r.activity, r.proposed, r.preparer, s.reviewer, s.at, s.note
FROM safeguarding_run r LEFT JOIN safeguarding_sign_off s ON s.run = r.id
WHERE r.day BETWEEN %(first)s AND %(last)s AND (%(rule)s::text IS NULL OR r.rule = %(rule)s)
  AND (%(platform)s::text IS NULL OR r.platform = %(platform)s)
ORDER BY r.day, r.platform, r.pool, r.rule, r.id
