-- webhook_secrets: what an endpoint's messages are signed with now, the newest first. Locks nothing.
SELECT secret FROM webhook_secret
WHERE lane = %(lane)s AND endpoint = %(endpoint)s AND (ends_at IS NULL OR ends_at > %(now)s) ORDER BY number DESC
