-- recon_open_lines: the lines of earlier dates that stood open when a date began, break by break: not matched yet, or matched by a run
-- of that date or of a later one, for the date may be run again.
SELECT b.subject, b.lines FROM recon_break b
WHERE b.lane = %(lane)s AND b.rule = 'R1' AND b.subject = ANY(%(subjects)s) AND b.since < %(day)s
  AND (NOT b.matched OR b.matched AND b.run = ANY(ARRAY(SELECT id FROM recon_run WHERE business_date >= %(day)s)))
ORDER BY b.id
