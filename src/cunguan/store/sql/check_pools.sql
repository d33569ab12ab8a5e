-- check_pools: the currencies of a lane's pools, in the order of their ids.
SELECT id, currency FROM pool WHERE lane = %(lane)s ORDER BY id
