-- due_sales: open sales of claims whose last day is over on a business date.
SELECT id FROM claim_sale
WHERE lane = %s AND state = 'open' AND until < %s
ORDER BY id
