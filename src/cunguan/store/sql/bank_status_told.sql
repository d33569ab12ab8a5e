-- bank_status_told: what became of one word of a bank. Locks its row.
UPDATE bank_status SET outcome = %(outcome)s, cause = %(cause)s, instruction_id = %(instruction_id)s
WHERE file = %(file)s AND number = %(number)s
