-- person_detail_set: a client's details in another state. Locks the row.
UPDATE person_detail SET state = %(state)s, kept_until = %(kept_until)s WHERE lane = %(lane)s AND person = %(person)s
