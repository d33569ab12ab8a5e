-- client_fees: the versions of a lane's schedules that may be confirmed now or are confirmed, with one holder's consent. Locks nothing.
SELECT s.schedule, s.version, s.published_date, s.items, s.state, c.version AS confirmed_version, c.state AS consent_state,
       c.month, c.used_month_minor, c.authority
FROM fee_schedule s LEFT JOIN fee_consent c ON c.lane = %(lane)s AND c.id = %(holder)s || ':' || s.schedule
WHERE s.lane = %(lane)s AND (s.state IN ('announced', 'in_force') OR s.version = c.version)
ORDER BY s.schedule, s.version DESC LIMIT 50
