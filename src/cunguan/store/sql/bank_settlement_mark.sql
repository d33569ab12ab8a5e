-- bank_settlement_mark: what became of a settlement file. Locks its row.
UPDATE bank_settlement SET state = %(state)s WHERE file = %(file)s
