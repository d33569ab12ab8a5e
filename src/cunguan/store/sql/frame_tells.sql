-- frame_tells: what the frame of a page tells its reader: how many notices he has not read, at most so many; to the staff also the
-- glass that was broken and that nobody else has looked at, the oldest first.
SELECT (SELECT count(*) FROM (SELECT FROM notices_notice WHERE reader = %(reader)s AND read_at IS NULL LIMIT %(most)s) n) AS unread,
       g.ids, g.subjects, g.times
FROM (SELECT array_agg(id ORDER BY since, id) AS ids, array_agg(subject ORDER BY since, id) AS subjects,
             array_agg(since ORDER BY since, id) AS times
      FROM approvals_broken_glass WHERE %(is_staff)s AND reviewed_by = '') g
