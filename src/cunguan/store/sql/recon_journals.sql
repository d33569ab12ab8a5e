-- recon_journals: sequences of a range whose instruction, journal and postings are not one to one.
WITH asked AS (SELECT seq, state FROM instruction WHERE lane = %(lane)s AND seq BETWEEN %(first)s AND %(last)s),
noted AS (SELECT seq, postings FROM journal WHERE lane = %(lane)s AND seq BETWEEN %(first)s AND %(last)s),
posted AS (SELECT seq, count(*) AS lines FROM posting WHERE lane = %(lane)s AND seq BETWEEN %(first)s AND %(last)s GROUP BY 1)
SELECT seq, coalesce(asked.state, 'none'), coalesce(noted.postings, 0), coalesce(posted.lines, 0)
FROM generate_series(%(first)s::int8, %(last)s::int8) seq
LEFT JOIN asked USING (seq) LEFT JOIN noted USING (seq) LEFT JOIN posted USING (seq)
WHERE asked.seq IS NULL OR coalesce(noted.postings, 0) <> coalesce(posted.lines, 0) OR (asked.state <> 'done' AND posted.lines > 0)
ORDER BY 1 LIMIT %(limit)s
