-- subject_drawer_alone: hold a drawer alone until the commit. An advisory lock.
SELECT pg_advisory_xact_lock(18, %(drawer)s)
