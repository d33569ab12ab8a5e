-- bank_statement_add: a statement of a file, under an id that was drawn for it.
INSERT INTO bank_statement (id, file, place, channel, format, kind, identity, lane, bank_account, account, currency, day, opening_minor,
    closing_minor, entry_count, credit_minor, debit_minor, verdict, difference, state, digest, same_as) OVERRIDING SYSTEM VALUE
VALUES (%(id)s, %(file)s, %(place)s, %(channel)s, %(format)s, %(kind)s, %(identity)s, %(lane)s, %(bank_account)s, %(account)s,
    %(currency)s, %(day)s, %(opening_minor)s, %(closing_minor)s, %(entry_count)s, %(credit_minor)s, %(debit_minor)s, %(verdict)s,
    %(difference)s, %(state)s, %(digest)s, %(same_as)s)
