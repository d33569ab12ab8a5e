-- person_details_found: clients by what stands for a phone, an ID number, a name or a card number; only who may be used. Locks nothing.
SELECT p.lane, p.person FROM unnest(%(lanes)s::int4[], %(indexes)s::bytea[]) AS a (lane, index)
JOIN person_detail p ON p.lane = a.lane AND p.state = 'active' AND CASE %(column)s
    WHEN 'phone' THEN p.phone_index = a.index WHEN 'id_number' THEN p.id_number_index = a.index WHEN 'name' THEN p.name_index = a.index
    ELSE p.card_number_indexes @> ARRAY[a.index] END
ORDER BY p.lane, p.person LIMIT %(limit)s
