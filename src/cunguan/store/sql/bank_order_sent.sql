-- bank_order_sent: the bank took a payment's file, for the first time; its file. Locks its row.
UPDATE bank_order SET sent_at = %(at)s WHERE lane = %(lane)s AND payment = %(payment)s AND channel = %(channel)s AND sent_at IS NULL
RETURNING file
