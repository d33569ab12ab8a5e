-- webhook_ended: what came of a try, unless another has taken the delivery up since. Locks it.
UPDATE webhook_delivery SET state = %(state)s, failures = failures + %(failed)s, next_at = %(next)s, ended_at = %(ended)s
WHERE lane = %(lane)s AND delivery = %(delivery)s AND attempts = %(attempt)s AND state = 'waiting' RETURNING subject
