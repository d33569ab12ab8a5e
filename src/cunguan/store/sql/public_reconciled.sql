-- public_reconciled: when each pool was last reconciled, and with what verdict, for everybody.
SELECT platform, pool, currency, business_date, made_at, verdict FROM public_reconciled()
