-- payments_released: the payments that two people released since one restore. Locks nothing.
SELECT message FROM payment_release WHERE lane = %s AND epoch = %s
