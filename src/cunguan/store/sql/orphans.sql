-- orphans: reservations of lane 0 that are still open, with the instruction they are for.
SELECT id, for_lane, instruction_id FROM reservation WHERE lane = 0 AND state = 'reserved' AND review_date <= %s ORDER BY id
