-- bank_settlement_add: a settlement file that waits for its credit; no row where one of its reference was booked. Locks its own row.
INSERT INTO bank_settlement (file, channel, lane, bank_account, settle_date, currency, reference, order_count, gross_minor, fee_minor,
    net_minor, state)
VALUES (%(file)s, %(channel)s, %(lane)s, %(bank_account)s, %(settle_date)s, %(currency)s, %(reference)s, %(order_count)s,
    %(gross_minor)s, %(fee_minor)s, %(net_minor)s, 'waiting')
ON CONFLICT DO NOTHING RETURNING file
