-- webhook_well: the endpoint answers. Touches nothing where that is known.
UPDATE webhook_endpoint SET failing_since = NULL WHERE lane = %(lane)s AND id = %(endpoint)s AND failing_since IS NOT NULL
