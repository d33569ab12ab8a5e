-- webhook_tidy_rest: forget replays that were done, and secrets that ended, before a time; and all secrets of deleted endpoints.
WITH replays AS (
    DELETE FROM webhook_replay WHERE next_seq > last_seq AND asked_at < %(before)s
)
DELETE FROM webhook_secret s USING webhook_endpoint e
WHERE e.lane = s.lane AND e.id = s.endpoint AND (s.ends_at < %(before)s OR e.state = 'deleted')
