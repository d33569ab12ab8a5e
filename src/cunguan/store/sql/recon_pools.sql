-- recon_pools: the pools of a lane.
SELECT id, currency, regime, state FROM pool WHERE lane = %(lane)s ORDER BY id
