-- door_key: a platform's key with what its platform's profile says; null columns where the platform has no profile.
SELECT k.id, k.platform, k.for_lane, k.sandbox, k.algorithm, k.public_key, k.scopes, k.networks::text[], k.valid_from,
       k.valid_until, k.revoked_at, k.version, p.mutual_tls, p.rate_per_second, p.burst
FROM door_key k LEFT JOIN door_profile p ON p.for_lane = k.for_lane
WHERE k.id = %(id)s
