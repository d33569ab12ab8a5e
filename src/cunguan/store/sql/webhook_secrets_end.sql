-- webhook_secrets_end: the secrets before a number end, those that had no end yet.
UPDATE webhook_secret SET ends_at = %(ends_at)s
WHERE lane = %(lane)s AND endpoint = %(endpoint)s AND number < %(number)s AND (ends_at IS NULL OR ends_at > %(ends_at)s)
