-- authorisation_evidence: what clients have said to instructions, by their ids.
SELECT id, kind, version, body, state, expires_at, evidence_kind, key_id, public_key, evidence, answer
FROM authorisation WHERE lane = %(lane)s AND id = ANY(%(ids)s)
