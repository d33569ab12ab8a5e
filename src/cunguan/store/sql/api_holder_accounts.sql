-- api_holder_accounts: from which number on a holder's five accounts stand, and their currency. Locks nothing.
SELECT h.base, p.currency FROM holder_account h JOIN pool p ON p.lane = h.lane AND p.id = h.pool
WHERE h.lane = %(lane)s AND h.id = %(holder)s
