-- recon_break_again: what a later run says of a difference it found again.
UPDATE recon_break SET code = %(code)s, ours = %(ours)s, theirs = %(theirs)s, at_risk_minor = %(at_risk_minor)s,
       unordered = %(unordered)s, cause = %(cause)s, evidence = %(evidence)s, lines = %(lines)s, run = %(run)s
WHERE lane = %(lane)s AND id = %(id)s
