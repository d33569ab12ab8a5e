-- person_detail_reseal: a client's fields under a newer key of his, and what stands for them in search, anew. Locks the row.
UPDATE person_detail SET key_version = %(key_version)s, name = %(name)s, id_type = %(id_type)s, id_number = %(id_number)s, phone = %(phone)s, address = %(address)s, devices = %(devices)s, cards = %(cards)s,
    phone_index = %(phone_index)s, id_number_index = %(id_number_index)s, card_number_indexes = %(card_number_indexes)s, name_index = %(name_index)s
WHERE lane = %(lane)s AND person = %(person)s
