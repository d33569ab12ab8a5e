-- platform_instructions: the last instructions of a lane before a sequence, newest first, those of a kind, state and code if asked;
-- with each row where the search ended, and how many it looked at. Locks nothing.
WITH seen AS MATERIALIZED (
    SELECT seq, id, kind, state, code, why FROM instruction
    WHERE lane = %(lane)s AND seq < %(before)s ORDER BY seq DESC LIMIT %(span)s)
SELECT edge.edge, edge.looked, page.*, b.at, b.business_date
FROM (SELECT min(seq) AS edge, count(*) AS looked FROM seen) edge
LEFT JOIN LATERAL (
    SELECT * FROM seen
    WHERE (%(kind)s::text IS NULL OR kind = %(kind)s) AND (%(state)s::text IS NULL OR state = %(state)s)
      AND (%(code)s::int4 IS NULL OR code = %(code)s)
    ORDER BY seq DESC LIMIT %(limit)s) page ON true
LEFT JOIN LATERAL (
    SELECT at, business_date FROM batch WHERE lane = %(lane)s AND first_seq <= page.seq ORDER BY first_seq DESC LIMIT 1) b ON true
ORDER BY page.seq DESC
