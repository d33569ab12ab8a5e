-- person_is_known: whether a person has an account in a lane, open or closed; in lane 0, whether the custodian keeps a file of him.
-- Locks nothing.
SELECT EXISTS (SELECT FROM holder_account WHERE lane = %(lane)s AND person = %(person)s)
    OR (%(lane)s = 0 AND EXISTS (SELECT FROM parties_party WHERE person = %(person)s)) AS is_known
