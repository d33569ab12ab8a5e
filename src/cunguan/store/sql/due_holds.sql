-- due_holds: open holds past their release date that no listing's end releases.
SELECT id FROM hold
WHERE lane = %s AND state = 'open' AND purpose NOT IN ('bid', 'marketing_bid') AND release_by < %s
ORDER BY id
