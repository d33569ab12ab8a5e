-- lease_own: this owner's lease goes on, if nobody took it meanwhile. Locks the lease's row.
UPDATE lease SET until = clock_timestamp() + make_interval(secs => %(seconds)s)
WHERE lane = %(lane)s AND owner = %(owner)s AND token = %(token)s
RETURNING lane
