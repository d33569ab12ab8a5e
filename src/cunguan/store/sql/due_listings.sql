-- due_listings: raises whose time is over on a business date: not full at their end, or full and not disbursed in time;
-- and those that never opened.
SELECT id FROM listing
WHERE lane = %s AND state IN ('raising', 'full', 'failing')
  AND ((state = 'raising' AND raise_until < %s) OR (state = 'full' AND full_by < %s))
UNION ALL
SELECT id FROM listing WHERE lane = %s AND state = 'registered' AND raise_until < %s
ORDER BY id
