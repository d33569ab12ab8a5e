-- subject_drawer_share: hold a drawer as it is until the commit: its lock is not changed meanwhile. A shared advisory lock.
SELECT pg_advisory_xact_lock_shared(18, %(drawer)s)
