-- person_is_known: whether a person has an account in a lane, open or closed, or its platform has asked him to open one; in lane 0, whether
-- the custodian keeps a file of him. Locks nothing.
SELECT EXISTS (SELECT FROM holder_account WHERE lane = %(lane)s AND person = %(person)s)
    OR (%(lane)s = 0 AND EXISTS (SELECT FROM parties_party WHERE person = %(person)s))
    OR EXISTS (SELECT FROM authorisation WHERE lane = %(lane)s AND state = 'waiting' AND kind = 'account_opening'
               AND convert_from(body, 'UTF8')::jsonb ->> 'person' = %(person)s) AS is_known
