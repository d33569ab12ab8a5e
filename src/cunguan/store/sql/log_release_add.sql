-- log_release_add: let a payment go unseen, after log_pay_lock, where the day's cap has room for it; no row where it has none.
INSERT INTO log_release (lane, payment, currency, amount_minor, version, day, code, at)
SELECT %(lane)s, %(payment)s, %(currency)s, %(amount_minor)s, %(version)s, %(day)s, %(code)s, %(at)s
WHERE %(amount_minor)s + (SELECT coalesce(sum(amount_minor), 0) FROM log_release WHERE currency = %(currency)s AND day = %(day)s)
      <= %(cap_minor)s
RETURNING payment
