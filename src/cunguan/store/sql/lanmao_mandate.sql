-- lanmao_mandate: one mandate.
SELECT id, holder, type, cap_minor, used_minor, until, listing, state FROM mandate WHERE lane = %(lane)s AND id = %(id)s
