-- console_safeguarding: safeguarding runs, the newest first, each with its sign-off and its breaches. Locks nothing.
SELECT r.id, r.at, r.lane, r.platform, r.pool, r.currency, r.rule, r.day, r.requirement_minor, r.resource_minor,
       r.resource_minor - r.requirement_minor AS cover_minor, r.external, r.is_sound, r.preparer, coalesce(s.reviewer, '') AS reviewer,
       coalesce((SELECT string_agg(b.kind, ', ' ORDER BY b.kind) FROM safeguarding_breach b WHERE b.run = r.id), '') AS breaches
FROM safeguarding_run r LEFT JOIN safeguarding_sign_off s ON s.run = r.id
WHERE (%(lane)s::int4 IS NULL OR r.lane = %(lane)s::int4) AND (%(k0)s::int8 IS NULL OR r.id < %(k0)s::int8)
ORDER BY r.id DESC LIMIT %(limit)s
