-- authorisation_ask: note a request; nothing is returned when the id was asked before.
INSERT INTO authorisation (
    lane, id, kind, version, body, owner, currency, canonical, challenge, page_hash, return_url, asked_by, asked_at,
    expires_at, state)
VALUES (
    %(lane)s, %(id)s, %(kind)s, %(version)s, %(body)s, %(owner)s, %(currency)s, %(canonical)s, %(challenge)s,
    %(page_hash)s, %(return_url)s, %(asked_by)s, %(asked_at)s, %(expires_at)s, 'waiting')
ON CONFLICT (lane, id) DO NOTHING
RETURNING id
