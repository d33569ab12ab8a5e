-- person_is_client: whether a person has an account in a lane, open or closed. Locks nothing.
SELECT EXISTS (SELECT FROM holder_account WHERE lane = %(lane)s AND person = %(person)s) AS is_client
