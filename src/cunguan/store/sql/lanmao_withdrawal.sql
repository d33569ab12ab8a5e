-- lanmao_withdrawal: one withdrawal.
SELECT id, holder, card, amount_minor, fee_minor, state FROM withdrawal WHERE lane = %(lane)s AND id = %(id)s
