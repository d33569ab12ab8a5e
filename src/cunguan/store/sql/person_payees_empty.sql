-- person_payees_empty: nobody stands behind a client's payees any more. Locks the rows.
UPDATE person_payee SET content = '', name_hash = '', account_hash = '' WHERE lane = %(lane)s AND person = %(person)s
