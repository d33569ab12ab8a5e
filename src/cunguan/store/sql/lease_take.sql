-- lease_take: only a lease that has run out by PostgreSQL's clock may be taken. Locks the lease's row.
UPDATE lease SET owner = %(owner)s, until = clock_timestamp() + make_interval(secs => %(seconds)s)
WHERE lane = %(lane)s AND until < clock_timestamp()
RETURNING lane
