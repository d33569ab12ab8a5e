-- person_detail_reseal: a client's fields under a newer key of his; nothing else changes. Locks the row.
UPDATE person_detail SET key_version = %(key_version)s, name = %(name)s, id_type = %(id_type)s, id_number = %(id_number)s, phone = %(phone)s, address = %(address)s, devices = %(devices)s, cards = %(cards)s
WHERE lane = %(lane)s AND person = %(person)s
