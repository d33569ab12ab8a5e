-- api_instructions: the instructions of a lane after a sequence up to another, those of a kind, state and code if asked;
-- with each row where the search ended, and how many it looked at. Locks nothing.
WITH seen AS MATERIALIZED (
    SELECT seq, id, kind, state, code, why, detail FROM instruction
    WHERE lane = %(lane)s AND seq > %(after)s AND seq <= %(upto)s ORDER BY seq LIMIT %(span)s)
SELECT edge.*, page.*, b.at, b.business_date
FROM (SELECT max(seq), count(*) FROM seen) edge
LEFT JOIN LATERAL (
    SELECT * FROM seen
    WHERE (%(kind)s::text IS NULL OR kind = %(kind)s) AND (%(state)s::text IS NULL OR state = %(state)s)
      AND (%(code)s::int4 IS NULL OR code = %(code)s)
    ORDER BY seq LIMIT %(limit)s) page ON true
LEFT JOIN LATERAL (
    SELECT at, business_date FROM batch WHERE lane = %(lane)s AND first_seq <= page.seq ORDER BY first_seq DESC LIMIT 1) b ON true
ORDER BY page.seq
