-- webhook_secret_of: the secret that a request made, for as long as its answer may have been lost.
SELECT secret FROM webhook_secret
WHERE lane = %(lane)s AND endpoint = %(endpoint)s AND asked_by = %(asked_by)s AND made_at > %(since)s
