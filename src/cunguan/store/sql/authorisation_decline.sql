-- authorisation_decline: a client says no, once and in time.
UPDATE authorisation SET state = 'declined', decided_at = %(now)s
WHERE lane = %(lane)s AND id = %(id)s AND state = 'waiting' AND expires_at > %(now)s
RETURNING id
