-- webhook_endpoint_set: what an endpoint is from now on; its row is held.
UPDATE webhook_endpoint SET url = %(url)s, description = %(description)s, types = %(types)s, subjects = %(subjects)s,
       state = %(state)s, reason = %(reason)s, failing_since = CASE WHEN url = %(url)s THEN failing_since END
WHERE lane = %(lane)s AND id = %(endpoint)s
