-- bank_instruction: whether an instruction was refused; nothing when none of that id was handed in. Locks nothing.
SELECT i.state = 'refused' FROM instruction_key k JOIN instruction i ON i.lane = k.lane AND i.seq = k.seq
WHERE k.lane = %(lane)s AND k.key16 = %(key)s
