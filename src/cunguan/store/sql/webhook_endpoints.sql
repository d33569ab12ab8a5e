-- webhook_endpoints: endpoints that were not deleted, by id. Locks nothing.
SELECT id, url, description, types, subjects, state, reason, made_at, since_seq, failing_since FROM webhook_endpoint
WHERE lane = %(lane)s AND state <> 'deleted' AND id > %(after)s AND (%(state)s::text IS NULL OR state = %(state)s)
ORDER BY id LIMIT %(limit)s
