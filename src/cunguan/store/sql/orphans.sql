-- orphans: open reservations whose id was refused, or used for something that reserves nothing; or is still free at the
-- review date. Locks nothing.
SELECT r.id, r.for_lane, r.instruction_id, i.seq IS NULL
FROM reservation r
LEFT JOIN instruction_key k
       ON k.lane = r.for_lane AND k.key16 = substring(sha256(convert_to(r.instruction_id, 'UTF8')) FROM 1 FOR 16)
LEFT JOIN instruction i ON i.lane = k.lane AND i.seq = k.seq
WHERE r.lane = 0 AND r.state = 'reserved'
  AND (i.state = 'refused' OR i.kind <> ALL(%s) OR (i.seq IS NULL AND r.review_date <= %s))
ORDER BY r.id
