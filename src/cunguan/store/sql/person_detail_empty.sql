-- person_detail_empty: nothing is left of a client's details but that there were some. Locks the row.
UPDATE person_detail SET state = 'shredded', name = NULL, id_type = NULL, id_number = NULL, phone = NULL, address = NULL, devices = NULL, cards = NULL, phone_index = NULL, id_number_index = NULL,
    card_number_indexes = '{}', name_index = NULL
WHERE lane = %(lane)s AND person = %(person)s
