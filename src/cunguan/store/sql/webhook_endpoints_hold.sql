-- webhook_endpoints_hold: the endpoints of a lane that are told. Locks their rows against whoever ends a delivery, so that
-- no delivery is planned behind one that ends unseen. After the cursor, before deliveries.
SELECT id, types, subjects, since_seq FROM webhook_endpoint
WHERE lane = %(lane)s AND state = 'active' AND (%(endpoint)s::text IS NULL OR id = %(endpoint)s) ORDER BY id FOR UPDATE
