-- bank_entry_told: what became of a movement, on every entry that tells of this part of it. Locks their rows.
UPDATE bank_entry SET outcome = %(outcome)s, cause = %(cause)s, instruction_id = %(instruction_id)s
WHERE line = %(line)s AND part = %(part)s AND amount_minor = %(amount_minor)s
