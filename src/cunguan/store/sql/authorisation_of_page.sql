-- authorisation_of_page: the request behind a page, by the hash of the page's token.
SELECT lane, number, id, kind, version, body, owner, currency, canonical, challenge, page_hash, return_url, asked_by,
       asked_at, expires_at, state, decided_at, evidence_kind, key_id, public_key, evidence, answered_at, answer
FROM authorisation WHERE page_hash = %(page_hash)s
