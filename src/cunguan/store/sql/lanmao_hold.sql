-- lanmao_hold: one hold.
SELECT id, owner, purpose, listing, amount_minor, captured_minor, released_minor, state FROM hold
WHERE lane = %(lane)s AND id = %(id)s
