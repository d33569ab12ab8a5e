-- authorisation_of: one request of a lane by its id.
SELECT lane, number, id, kind, version, body, owner, currency, canonical, challenge, page_hash, return_url, asked_by,
       asked_at, expires_at, state, decided_at, evidence_kind, key_id, public_key, evidence, answered_at, answer
FROM authorisation WHERE lane = %(lane)s AND id = %(id)s
