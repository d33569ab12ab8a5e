-- webhook_delete: an endpoint that is told nothing more, for ever; its id is not given again. Locks its row.
UPDATE webhook_endpoint SET state = 'deleted', reason = %(reason)s WHERE lane = %(lane)s AND id = %(endpoint)s
