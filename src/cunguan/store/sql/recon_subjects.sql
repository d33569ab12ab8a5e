-- recon_subjects: how the breaks of R1 stand that are not matched: of which account and state, with their lines.
SELECT subject, state, lines FROM recon_break
WHERE lane = %(lane)s AND rule = 'R1' AND NOT matched AND since <= %(day)s ORDER BY id
