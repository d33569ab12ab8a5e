-- log_pay_lock: one change of a currency's rule, one release under it at a time, until the commit.
SELECT pg_advisory_xact_lock(hashtext('log_before_pay'), hashtext(%(currency)s))
