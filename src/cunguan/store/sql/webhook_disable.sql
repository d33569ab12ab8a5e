-- webhook_disable: nothing more is told to an endpoint, until its platform says so; what waits, waits.
UPDATE webhook_endpoint SET state = 'disabled', reason = %(reason)s
WHERE lane = %(lane)s AND id = %(endpoint)s AND state = 'active'
