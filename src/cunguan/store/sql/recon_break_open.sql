-- recon_break_open: note a difference.
INSERT INTO recon_break (lane, id, rule, code, pool, subject, key, field, ours, theirs, currency, at_risk_minor, unordered, since, cause,
                         evidence, lines, of_earlier, opened_at, run, state, owner, closed_at, matched)
VALUES (%(lane)s, %(id)s, %(rule)s, %(code)s, %(pool)s, %(subject)s, %(key)s, %(field)s, %(ours)s, %(theirs)s, %(currency)s,
        %(at_risk_minor)s, %(unordered)s, %(since)s, %(cause)s, %(evidence)s, %(lines)s, %(of_earlier)s, %(at)s, %(run)s, %(state)s, '', NULL, false)
