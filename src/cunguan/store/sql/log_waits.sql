-- log_waits: the payments that wait for the log, longest first.
SELECT lane, payment, currency, amount_minor, code, why, since FROM log_wait ORDER BY since, lane, payment
