-- bank_order_keep: in which file a payment leaves; nothing where it has one. Locks its own row.
INSERT INTO bank_order (channel, end_to_end_id, lane, payment, file, at)
VALUES (%(channel)s, %(order)s, %(lane)s, %(payment)s, %(file)s, %(at)s) ON CONFLICT DO NOTHING
