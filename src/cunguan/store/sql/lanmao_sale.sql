-- lanmao_sale: a share of a claim on sale.
SELECT id, claim, listing, seller, share_minor, sold_minor, floor_minor, accrued, until, state
FROM claim_sale WHERE lane = %(lane)s AND id = %(id)s
