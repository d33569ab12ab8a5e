-- safeguard_run_same: the run that read the same by the same rules and the same code.
SELECT id FROM safeguarding_run
WHERE lane = %(lane)s AND platform = %(platform)s AND pool = %(pool)s AND rule = %(rule)s AND day = %(day)s
  AND inputs_sha256 = %(inputs_sha256)s AND rule_hash = %(rule_hash)s AND code_version = %(code_version)s
