-- log_pay_rule_add: a further version of a currency's rule; after log_pay_lock.
INSERT INTO log_before_pay (currency, version, amount_minor, away, patience_seconds, cap_minor, reason, maker, checker, at)
SELECT %(currency)s, 1 + coalesce((SELECT max(version) FROM log_before_pay WHERE currency = %(currency)s), 0),
       %(amount_minor)s, %(away)s, %(patience_seconds)s, %(cap_minor)s, %(reason)s, %(maker)s, %(checker)s, %(at)s
RETURNING version
