-- lease_take: only a lease that has run out by PostgreSQL's clock may be taken; one that was given back for a successor by
-- that one alone, and by anybody when it did not come for ten seconds. Locks the lease's row.
UPDATE lease SET owner = %(owner)s, successor = '', until = clock_timestamp() + make_interval(secs => %(seconds)s)
WHERE lane = %(lane)s AND until < clock_timestamp()
  AND (successor IN ('', %(address)s) OR until < clock_timestamp() - interval '10 s')
RETURNING lane
