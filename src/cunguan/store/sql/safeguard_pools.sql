-- safeguard_pools: the pools of a lane.
SELECT id, currency FROM pool WHERE lane = %(lane)s ORDER BY id
