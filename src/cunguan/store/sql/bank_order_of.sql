-- bank_order_of: the file of a payment, its name, and when the bank took it. Locks nothing.
SELECT o.file, f.name, o.sent_at FROM bank_order o JOIN bank_file f ON f.id = o.file
WHERE o.lane = %(lane)s AND o.payment = %(payment)s AND o.channel = %(channel)s
