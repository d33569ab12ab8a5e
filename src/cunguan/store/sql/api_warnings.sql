-- api_warnings: what a platform should know of its place: a word, what it is about, how many, and when. Each part by an index.
SELECT 'legacy_rsa_sha1', '', 1::int8, NULL::timestamptz FROM door_profile WHERE for_lane = %(lane)s AND legacy_rsa_sha1
UNION ALL
(SELECT 'key_ends_soon', k.id, 1, k.valid_until FROM door_key k
 WHERE k.for_lane = %(lane)s AND k.revoked_at IS NULL AND k.valid_until > %(now)s AND k.valid_until <= %(soon)s
   AND NOT EXISTS (SELECT FROM door_key s WHERE s.for_lane = k.for_lane AND s.replaces = k.id AND s.revoked_at IS NULL)
 ORDER BY k.valid_until, k.id)
UNION ALL
SELECT 'check_files_unconfirmed', min(f.business_date)::text, count(*), NULL FROM check_file f
WHERE f.lane = %(lane)s AND f.kind = 'lanmao' AND f.business_date > %(since)s
  AND NOT EXISTS (SELECT FROM check_confirm c WHERE c.lane = f.lane AND c.business_date = f.business_date)
HAVING count(*) > 0
UNION ALL
SELECT 'bids_stopped', since_date::text, 1, NULL FROM bid_stop WHERE lane = %(lane)s AND state = 'stopped'
UNION ALL
SELECT 'outgoing_stopped', since_date::text, 1, NULL FROM outgoing_stop WHERE lane = %(lane)s AND state = 'stopped'
UNION ALL
(SELECT CASE state WHEN 'disabled' THEN 'webhook_disabled' ELSE 'webhook_failing' END, id, 1, failing_since FROM webhook_endpoint
 WHERE lane = %(lane)s AND (state = 'disabled' OR state = 'active' AND failing_since IS NOT NULL) ORDER BY id)
UNION ALL
(SELECT 'webhooks_dead', d.endpoint, count(*), NULL FROM (
    SELECT endpoint FROM webhook_delivery WHERE lane = %(lane)s AND state = 'dead' LIMIT 1000) d GROUP BY d.endpoint ORDER BY d.endpoint)
