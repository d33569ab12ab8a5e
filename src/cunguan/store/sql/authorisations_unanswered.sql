-- authorisations_unanswered: confirmed requests whose instruction has no answer yet, the longest waiting first, after one.
SELECT lane, number, id, kind, version, body, owner, currency, canonical, challenge, page_hash, return_url, asked_by,
       asked_at, expires_at, state, decided_at, evidence_kind, key_id, public_key, evidence, answered_at, answer
FROM authorisation WHERE state = 'confirmed' AND answer IS NULL AND decided_at <= %(before)s AND (decided_at, number) > (%(decided_at)s, %(number)s)
ORDER BY decided_at, number LIMIT %(limit)s
