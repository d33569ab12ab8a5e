-- month_lock: let one process alone state the months of a lane, until its transaction ends.
SELECT pg_advisory_xact_lock(hashtextextended('account_statement', %(lane)s))
