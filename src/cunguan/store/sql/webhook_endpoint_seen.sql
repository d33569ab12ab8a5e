-- webhook_endpoint_seen: one endpoint that was not deleted, as it is shown. Locks nothing.
SELECT id, url, description, types, subjects, state, reason, made_at, since_seq, failing_since FROM webhook_endpoint
WHERE lane = %(lane)s AND id = %(endpoint)s AND state <> 'deleted'
