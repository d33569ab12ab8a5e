-- webhook_counts: how many deliveries of an endpoint wait, and how many are dead; no more are counted than asked for. Locks nothing.
SELECT (SELECT count(*) FROM (SELECT FROM webhook_delivery WHERE lane = %(lane)s AND endpoint = %(endpoint)s AND state = 'waiting'
                              LIMIT %(most)s) w),
       (SELECT count(*) FROM (SELECT FROM webhook_delivery WHERE lane = %(lane)s AND endpoint = %(endpoint)s AND state = 'dead'
                              LIMIT %(most)s) d)
