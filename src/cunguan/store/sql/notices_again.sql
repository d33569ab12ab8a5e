-- notices_again: have notices that were given up sent again, from the beginning: one by its number, or the oldest of one error.
-- Locks those it takes and passes over what another takes.
UPDATE notices_notice n SET outgoing = 'waiting', next_at = %(now)s, tries = 0, tried_from = NULL, again_at = %(now)s, again_by = %(by)s
FROM (SELECT id FROM notices_notice WHERE outgoing = 'failed' AND (%(number)s::int8 IS NULL OR id = %(number)s::int8)
          AND (%(why)s::text IS NULL OR last_error = %(why)s::text)
      ORDER BY id LIMIT %(limit)s FOR UPDATE SKIP LOCKED) f
WHERE n.id = f.id
