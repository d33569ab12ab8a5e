-- balances: of many accounts of one lane in one read.
SELECT account, balance FROM balance WHERE lane = %s AND account = ANY(%b)
