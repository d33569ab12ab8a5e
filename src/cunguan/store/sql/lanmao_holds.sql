-- lanmao_holds: the open bids of a listing, clients' and red packets.
SELECT id, owner, purpose, amount_minor, captured_minor, released_minor, state FROM hold
WHERE lane = %(lane)s AND listing = %(listing)s AND purpose IN ('bid', 'marketing_bid') AND state = 'open' ORDER BY id
