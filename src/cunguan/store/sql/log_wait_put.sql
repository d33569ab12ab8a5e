-- log_wait_put: a payment waits for the log, and why; since when is told once.
INSERT INTO log_wait (lane, payment, currency, amount_minor, code, why, since)
VALUES (%(lane)s, %(payment)s, %(currency)s, %(amount_minor)s, %(code)s, %(why)s, %(at)s)
ON CONFLICT (lane, payment) DO UPDATE SET code = excluded.code, why = excluded.why
