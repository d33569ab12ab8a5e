-- lanmao_profile_put: set what the dialect needs to know of a platform.
INSERT INTO lanmao_profile (
    for_lane, notify_url, pool, fee_schedule, loan_fee_item, withdrawal_fee_item, changed_by, changed_at)
VALUES (
    %(lane)s, %(notify_url)s, %(pool)s, %(fee_schedule)s, %(loan_fee_item)s, %(withdrawal_fee_item)s, %(by)s, %(now)s)
ON CONFLICT (for_lane) DO UPDATE SET
    notify_url = excluded.notify_url, pool = excluded.pool, fee_schedule = excluded.fee_schedule,
    loan_fee_item = excluded.loan_fee_item, withdrawal_fee_item = excluded.withdrawal_fee_item,
    changed_by = excluded.changed_by, changed_at = excluded.changed_at
