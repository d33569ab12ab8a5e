-- lanmao_request_of_page: a request of the dialect by the hash of its page's token.
SELECT lane, number, request_no, service, content_hash, page_hash, legacy_sha1, device, redirect_url, asked_by, asked_at,
       expires_at, steps, told, answer, result, ended_at, notify_at, notify_failures, notified_at
FROM lanmao_request WHERE page_hash = %(page_hash)s
