-- log_release_of: which of some payments were let go unseen.
SELECT payment FROM log_release WHERE lane = %(lane)s AND payment = ANY(%(payments)s)
