-- lease_token: the lease carries the token its owner writes with.
UPDATE lease SET token = %(token)s WHERE lane = %(lane)s
