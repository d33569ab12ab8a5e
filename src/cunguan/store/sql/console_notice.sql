-- console_notice: one notice that goes out, as it stands. Locks nothing.
SELECT id, kind, "values", reader, CASE WHEN NOT starts_with(reader, 'user:') THEN reader END AS person, at, outgoing AS state, tries,
       CASE WHEN outgoing = 'waiting' AND tries > 0 THEN next_at END AS next_at, tried_from, last_error, again_at, again_by
FROM notices_notice WHERE id = %(number)s AND outgoing <> 'none'
