-- person_accesses: who saw a client's details in clear, the newest first. Locks nothing.
SELECT number, lane, person, by_whom, what, reason, at FROM person_access
WHERE lane = %(lane)s AND person = %(person)s AND number < %(before)s ORDER BY number DESC LIMIT %(limit)s
