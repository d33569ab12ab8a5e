-- recon_open_lines: the lines of earlier dates that are not matched yet, break by break.
SELECT subject, lines FROM recon_break
WHERE lane = %(lane)s AND rule = 'R1' AND subject = ANY(%(subjects)s) AND NOT matched AND since < %(day)s ORDER BY id
