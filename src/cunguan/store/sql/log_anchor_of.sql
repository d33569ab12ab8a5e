-- log_anchor_of: whether an authority has stamped a checkpoint.
SELECT 1 FROM log_anchor WHERE log = %(log)s AND size = %(size)s AND authority = %(authority)s
