-- recon_break_gone: breaks of a rule and of some subjects that are not matched yet, of a date or before.
SELECT id, state, owner FROM recon_break
WHERE lane = %(lane)s AND rule = %(rule)s AND (subject = ANY(%(subjects)s) OR '*' = ANY(%(subjects)s)) AND since <= %(day)s AND NOT matched AND code <> 'BRK14'
ORDER BY id FOR UPDATE
