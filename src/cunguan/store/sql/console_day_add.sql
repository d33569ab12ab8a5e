-- console_day_add: add to what a code of a pool was debited and credited on a date.
INSERT INTO console_day (lane, business_date, pool, currency, code, debit_minor, credit_minor)
VALUES (%(lane)s, %(day)s, %(pool)s, %(currency)s, %(code)s, %(debit)s, %(credit)s)
ON CONFLICT (lane, business_date, pool, currency, code) DO UPDATE
SET debit_minor = console_day.debit_minor + excluded.debit_minor, credit_minor = console_day.credit_minor + excluded.credit_minor
