-- lanmao_to_notify: results whose time to be told has come.
SELECT lane, number, request_no, service, content_hash, page_hash, legacy_sha1, device, redirect_url, asked_by, asked_at,
       expires_at, steps, told, answer, result, ended_at, notify_at, notify_failures, notified_at
FROM lanmao_request WHERE notify_at <= %(now)s ORDER BY notify_at LIMIT %(limit)s
