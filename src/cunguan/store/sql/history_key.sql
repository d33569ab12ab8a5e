-- history_key: the sequence of an id, by the first 16 bytes of its hash.
SELECT seq FROM instruction_key WHERE lane = %(lane)s AND key16 = %(key)s
