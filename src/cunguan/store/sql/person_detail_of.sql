-- person_detail_of: a client's details as they lie there. Locks nothing.
SELECT lane, person, state, key_version, name, id_type, id_number, phone, address, devices, cards, jurisdiction, kept_until, at, changed_at
FROM person_detail WHERE lane = %(lane)s AND person = %(person)s
