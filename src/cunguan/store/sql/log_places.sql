-- log_places: how many leaves the sequences of a chunk before one have, and the types of its own, in their order.
SELECT (SELECT count(*) FROM instruction i WHERE i.lane = %(lane)s AND i.seq >= %(first)s AND i.seq < %(seq)s AND i.state = 'done')
     + (SELECT count(*) FROM authority a JOIN instruction i USING (lane, seq)
        WHERE a.lane = %(lane)s AND a.seq >= %(first)s AND a.seq < %(seq)s AND i.state = 'done'),
       CASE WHEN a.seq IS NULL THEN '{}'::int4[] ELSE '{1}'::int4[] END || CASE WHEN j.seq IS NULL THEN 3 ELSE 2 END
FROM instruction n LEFT JOIN authority a USING (lane, seq) LEFT JOIN journal j USING (lane, seq)
WHERE n.lane = %(lane)s AND n.seq = %(seq)s AND n.state = 'done'
