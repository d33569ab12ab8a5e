-- due_listings: raises whose time is over on a business date: not full at their end, or full and not disbursed in time.
SELECT id FROM listing
WHERE lane = %s AND state IN ('raising', 'full', 'failing')
  AND ((state = 'raising' AND raise_until < %s) OR (state = 'full' AND full_by < %s))
ORDER BY id
