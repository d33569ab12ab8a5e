-- bank_channels_of: the payment channels that owe a lane money, or did.
SELECT DISTINCT channel FROM clearing WHERE lane = %(lane)s
