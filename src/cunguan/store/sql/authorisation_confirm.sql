-- authorisation_confirm: keep a client's evidence, once and in time; nothing is returned when it is too late.
UPDATE authorisation
SET state = 'confirmed', decided_at = %(now)s, evidence_kind = %(evidence_kind)s, key_id = %(key_id)s,
    public_key = %(public_key)s, evidence = %(evidence)s
WHERE lane = %(lane)s AND id = %(id)s AND state = 'waiting' AND expires_at > %(now)s
RETURNING id
