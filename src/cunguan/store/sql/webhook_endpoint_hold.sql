-- webhook_endpoint_hold: one endpoint that was not deleted. Locks its row.
SELECT id, url, description, types, subjects, state, reason, made_at, since_seq, failing_since FROM webhook_endpoint
WHERE lane = %(lane)s AND id = %(endpoint)s AND state <> 'deleted' FOR UPDATE
