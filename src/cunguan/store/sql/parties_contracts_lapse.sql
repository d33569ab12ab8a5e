-- parties_contracts_lapse: contracts past their last day are over. Locks the rows it moves.
UPDATE parties_contract SET state = 'lapsed', ended_on = valid_until WHERE state = 'in_force' AND valid_until < %(today)s
