-- person_detail_index: what stands for a client's details in search, anew. Locks the row.
UPDATE person_detail SET phone_index = %(phone_index)s, id_number_index = %(id_number_index)s, card_number_indexes = %(card_number_indexes)s,
    name_index = %(name_index)s
WHERE lane = %(lane)s AND person = %(person)s
