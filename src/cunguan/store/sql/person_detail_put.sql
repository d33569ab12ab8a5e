-- person_detail_put: a client's details, all of them, where they may be used. Locks the row.
INSERT INTO person_detail (lane, person, state, key_version, name, id_type, id_number, phone, address, devices, cards, phone_index, id_number_index, card_number_indexes, name_index, jurisdiction, at, changed_at)
VALUES (%(lane)s, %(person)s, 'active', %(key_version)s, %(name)s, %(id_type)s, %(id_number)s, %(phone)s, %(address)s, %(devices)s, %(cards)s,
        %(phone_index)s, %(id_number_index)s, %(card_number_indexes)s, %(name_index)s, %(jurisdiction)s, %(at)s, %(at)s)
ON CONFLICT (lane, person) DO UPDATE SET key_version = excluded.key_version, name = excluded.name, id_type = excluded.id_type, id_number = excluded.id_number, phone = excluded.phone, address = excluded.address, devices = excluded.devices, cards = excluded.cards, phone_index = excluded.phone_index, id_number_index = excluded.id_number_index, card_number_indexes = excluded.card_number_indexes, name_index = excluded.name_index, jurisdiction = excluded.jurisdiction,
    changed_at = excluded.changed_at
WHERE person_detail.state = 'active'
