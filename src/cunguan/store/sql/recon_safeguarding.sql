-- recon_safeguarding: the last safeguarding run of each pool and rule of a lane on a date.
SELECT DISTINCT ON (pool, rule) pool, rule, is_sound, requirement_minor, resource_minor, id FROM safeguarding_run
WHERE lane = %(lane)s AND day = %(day)s ORDER BY pool, rule, id DESC
