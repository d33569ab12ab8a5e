-- lanmao_key: a platform's RSA key, by its id or by its number among the platform's, with the platform's state and profile.
SELECT k.id, k.for_lane, k.sandbox, k.public_key, k.scopes, k.networks::text[] AS networks, k.valid_from, k.valid_until,
       k.revoked_at, p.state, coalesce(f.legacy_rsa_sha1, false) AS legacy_rsa_sha1,
       coalesce(f.mutual_tls, false) AS mutual_tls, coalesce(f.rate_per_second, 200) AS rate_per_second,
       coalesce(f.burst, 400) AS burst
FROM (SELECT *, row_number() OVER (ORDER BY made_at, id) AS serial
      FROM door_key WHERE platform = %(platform)s AND algorithm = 'rsa-v1_5-sha256') k
JOIN platform p ON p.lane = 0 AND p.id = k.platform
LEFT JOIN door_profile f ON f.for_lane = k.for_lane
WHERE k.id = %(serial)s OR k.serial::text = %(serial)s
ORDER BY k.id = %(serial)s DESC LIMIT 1
