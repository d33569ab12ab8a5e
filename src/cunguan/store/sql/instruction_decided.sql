-- instruction_decided: whether an id of a lane was used, by the first 16 bytes of its hash.
SELECT seq FROM instruction_key WHERE lane = %(lane)s AND key16 = %(key16)s
