-- pool_currency: the currency of a lane's pool.
SELECT currency FROM pool WHERE lane = %(lane)s AND id = %(id)s
