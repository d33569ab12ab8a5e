-- lanmao_request_of: a request of the dialect by its number.
SELECT lane, number, request_no, service, content_hash, page_hash, legacy_sha1, device, redirect_url, asked_by, asked_at,
       expires_at, steps, told, answer, result, ended_at, notify_at, notify_failures, notified_at
FROM lanmao_request WHERE lane = %(lane)s AND request_no = %(request_no)s
