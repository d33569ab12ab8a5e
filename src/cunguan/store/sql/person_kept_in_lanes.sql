-- person_kept_in_lanes: what some lanes keep of somebody as it lies there, with his documents but not what is in them, a row for each key
-- of his that still reads. Locks nothing.
SELECT p.lane, p.state, coalesce((
        SELECT jsonb_agg(jsonb_build_object('id', d.id, 'kind', d.kind, 'media', d.media, 'bytes', d.bytes, 'at', d.at) ORDER BY d.id)
        FROM person_document d WHERE d.lane = p.lane AND d.person = p.person), '[]') AS documents,
    p.name, p.id_type, p.id_number, p.phone, p.address, p.devices, p.cards, k.subject, k.version, k.drawer, k.lock, k.kek, k.locked
FROM person_detail p LEFT JOIN subject_key k ON k.subject = p.lane || ':' || p.person AND k.state <> 'destroyed'
WHERE p.lane = ANY (%(lanes)s::int4[]) AND p.person = %(person)s ORDER BY p.lane, k.version
