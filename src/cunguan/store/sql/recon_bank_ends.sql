-- recon_bank_ends: the first and the last movement some statements tell of; (0, -1) where there is none.
SELECT coalesce(min(line), 0), coalesce(max(line), -1) FROM bank_entry WHERE statement = ANY(%(ids)s)
