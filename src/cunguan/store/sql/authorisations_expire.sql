-- authorisations_expire: requests nobody answered in time.
UPDATE authorisation SET state = 'expired', decided_at = expires_at WHERE state = 'waiting' AND expires_at <= %(now)s
RETURNING lane, id
