-- recon_subjects: how the breaks of R1 stood at the end of a date: of which account and state, with their lines. What a run of a later
-- date has matched was a matter of timing then.
SELECT b.subject, CASE WHEN b.matched THEN 'timing' ELSE b.state END, b.lines FROM recon_break b
WHERE b.lane = %(lane)s AND b.rule = 'R1' AND b.since <= %(day)s
  AND (NOT b.matched OR b.matched AND b.run = ANY(ARRAY(SELECT id FROM recon_run WHERE business_date > %(day)s)))
ORDER BY b.id
