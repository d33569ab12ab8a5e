-- authorisations_of: a lane's requests, the newest first, before a cursor; state and owner where they are given.
SELECT lane, number, id, kind, version, body, owner, currency, canonical, challenge, page_hash, return_url, asked_by,
       asked_at, expires_at, state, decided_at, evidence_kind, key_id, public_key, evidence, answered_at, answer
FROM authorisation
WHERE lane = %(lane)s AND number < %(before)s
  AND (%(owner)s::text IS NULL OR owner = %(owner)s)
  AND (%(state)s::text IS NULL OR %(state)s = CASE
       WHEN state = 'waiting' AND expires_at <= %(now)s THEN 'expired' ELSE state END)
ORDER BY number DESC LIMIT %(limit)s
