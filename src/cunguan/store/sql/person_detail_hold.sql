-- person_detail_hold: how a client's details stand, held until the commit. Locks the row.
SELECT state, key_version FROM person_detail WHERE lane = %(lane)s AND person = %(person)s FOR UPDATE
