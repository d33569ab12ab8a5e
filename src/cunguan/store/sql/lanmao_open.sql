-- lanmao_open: requests that can go on: they have no result, and no step of theirs waits for its client; the oldest first, after one.
SELECT lane, number, request_no, service, content_hash, page_hash, legacy_sha1, device, redirect_url, asked_by, asked_at,
       expires_at, steps, told, answer, result, ended_at, notify_at, notify_failures, notified_at
FROM lanmao_request r
WHERE r.number > %(after)s AND result IS NULL AND steps IS NOT NULL AND NOT EXISTS (
    SELECT FROM authorisation a
    WHERE a.lane = r.lane AND a.state = 'waiting' AND a.expires_at > %(now)s
      AND a.id IN (SELECT step ->> 'id' FROM jsonb_array_elements(convert_from(r.steps, 'UTF8')::jsonb) step))
ORDER BY r.number LIMIT %(limit)s
