-- lanmao_ask: note a request of the dialect; nothing is returned when its number was used before.
INSERT INTO lanmao_request (
    lane, request_no, service, content_hash, page_hash, legacy_sha1, device, redirect_url, asked_by, asked_at, expires_at)
VALUES (
    %(lane)s, %(request_no)s, %(service)s, %(content_hash)s, %(page_hash)s, %(legacy_sha1)s, %(device)s, %(redirect_url)s,
    %(asked_by)s, %(asked_at)s, %(expires_at)s)
ON CONFLICT (lane, request_no) DO NOTHING
RETURNING request_no
