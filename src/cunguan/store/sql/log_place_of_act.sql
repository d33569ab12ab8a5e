-- log_place_of_act: how many acts of a chunk stand before one, and its type.
SELECT seq - %(first)s, ARRAY[type] FROM log_act WHERE seq = %(seq)s AND %(lane)s = -1
