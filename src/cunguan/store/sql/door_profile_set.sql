-- door_profile_set: say how a platform may speak here. The keys' versions grow, so that no copy in memory goes on by the old
-- profile. Locks the profile, then the keys of the lane.
WITH said AS (
    INSERT INTO door_profile (for_lane, mutual_tls, legacy_rsa_sha1, rate_per_second, burst)
    VALUES (%(lane)s, %(mutual_tls)s, %(legacy_rsa_sha1)s, %(rate_per_second)s, %(burst)s)
    ON CONFLICT (for_lane) DO UPDATE SET mutual_tls = excluded.mutual_tls, legacy_rsa_sha1 = excluded.legacy_rsa_sha1,
        rate_per_second = excluded.rate_per_second, burst = excluded.burst, version = door_profile.version + 1
    RETURNING for_lane
)
UPDATE door_key SET version = version + 1 WHERE for_lane = (SELECT for_lane FROM said)
