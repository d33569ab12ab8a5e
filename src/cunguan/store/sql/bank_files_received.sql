-- bank_files_received: files that were kept and not read yet, oldest first. Locks nothing.
SELECT id, channel, name FROM bank_file WHERE direction = 'in' AND state = 'received' ORDER BY id LIMIT 20
