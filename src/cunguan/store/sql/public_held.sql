-- public_held: what is held of each currency, for everybody.
SELECT currency, pools, since, upto, clients_minor, owed_minor, cash_minor, bank_minor, unstated FROM public_held()
