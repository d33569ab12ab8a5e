-- log_pay_rules: of each currency, from which amount a payment waits for the log, and what happens while nobody cosigns.
SELECT DISTINCT ON (currency) currency, version, amount_minor, away, patience_seconds, cap_minor, reason, maker, checker, at
FROM log_before_pay ORDER BY currency, version DESC
