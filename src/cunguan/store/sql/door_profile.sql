-- door_profile: how a platform may speak here; null columns where nothing was said of it.
SELECT p.id, p.for_lane, p.sandbox, f.mutual_tls, f.legacy_rsa_sha1, f.rate_per_second, f.burst
FROM platform p LEFT JOIN door_profile f ON f.for_lane = p.for_lane
WHERE p.lane = 0 AND p.id = %(platform)s
