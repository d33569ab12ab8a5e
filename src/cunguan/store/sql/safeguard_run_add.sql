-- safeguard_run_add: keep a run; the same again is not kept twice.
INSERT INTO safeguarding_run (at, lane, platform, pool, currency, rule, rule_hash, day, code_version, inputs_sha256, outcome, activity,
                              proposed, requirement_minor, resource_minor, next_requirement_minor, next_resource_minor, external,
                              is_sound, preparer)
VALUES (%(at)s, %(lane)s, %(platform)s, %(pool)s, %(currency)s, %(rule)s, %(rule_hash)s, %(day)s, %(code_version)s, %(inputs_sha256)s,
        %(outcome)s, %(activity)s, %(proposed)s, %(requirement_minor)s, %(resource_minor)s, %(next_requirement_minor)s,
        %(next_resource_minor)s, %(external)s, %(is_sound)s, %(preparer)s)
ON CONFLICT DO NOTHING RETURNING id
