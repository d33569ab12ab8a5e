-- webhook_failing: the endpoint does not answer as it should, since now. Touches nothing where that is known.
UPDATE webhook_endpoint SET failing_since = %(now)s WHERE lane = %(lane)s AND id = %(endpoint)s AND failing_since IS NULL
