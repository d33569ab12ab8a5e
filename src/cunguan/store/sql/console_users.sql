-- console_users: who of the custodian, the platforms and the supervisors signs in, with the roles of now; no clients. Locks nothing.
SELECT u.id::text, u.reference, u.kind, u.lane, u.is_active, u.created_at, u.last_login, coalesce((
    SELECT string_agg(g.role, ', ' ORDER BY g.role) FROM people_role g
    WHERE g.user_id = u.id AND g.since <= clock_timestamp() AND (g.until IS NULL OR g.until > clock_timestamp())), '') AS roles
FROM people_user u WHERE u.kind <> 'client'
  AND (%(k0)s::text IS NULL OR (u.kind, u.reference, u.id) > (%(k0)s::text, %(k1)s::text, %(k2)s::uuid))
ORDER BY u.kind, u.reference, u.id LIMIT %(limit)s
