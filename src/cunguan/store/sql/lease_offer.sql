-- lease_offer: name the plane that shall have a lane ('' takes it back). Locks the lease's row.
UPDATE lease SET successor = %(to)s WHERE lane = %(lane)s RETURNING owner
