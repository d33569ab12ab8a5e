-- break_journal: the journal of an instruction, by the key of its id.
SELECT j.seq FROM instruction_key k JOIN journal j ON j.lane = k.lane AND j.seq = k.seq
WHERE k.lane = %(lane)s AND k.key16 = %(key)s
