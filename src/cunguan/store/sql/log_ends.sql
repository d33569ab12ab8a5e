-- log_ends: where the numbering of some accounts of a lane stands.
SELECT account, number, last FROM log_account WHERE log = %(log)s AND lane = %(lane)s AND account = ANY(%(accounts)b::int8[])
