-- lease_renew: go on only while the lease is still this owner's; hear whether another shall have the lane.
UPDATE lease SET until = clock_timestamp() + make_interval(secs => %(seconds)s)
WHERE lane = %(lane)s AND owner = %(owner)s AND token = %(token)s AND until >= clock_timestamp()
RETURNING extract(epoch FROM clock_timestamp())::float8, successor
