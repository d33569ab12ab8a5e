-- log_ends_set: where the numbering of some accounts of a lane stands now. Locks them in the order given.
INSERT INTO log_account (log, lane, account, number, last, seq)
SELECT %(log)s, %(lane)s, u.account, u.number, u.last, %(seq)s
FROM unnest(%(accounts)b::int8[], %(numbers)b::int8[], %(lasts)b::bytea[]) AS u(account, number, last)
ON CONFLICT (log, lane, account) DO UPDATE SET number = excluded.number, last = excluded.last, seq = excluded.seq
