-- lanes_offered: the lanes that a plane shall take over.
SELECT lane FROM lease WHERE successor = %s ORDER BY lane
