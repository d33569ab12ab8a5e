-- lanmao_mandates: a client's mandates, the live ones first, the newest first.
SELECT id, type, cap_minor, used_minor, until, listing, state FROM mandate
WHERE lane = %(lane)s AND holder = %(holder)s ORDER BY state = 'active' DESC, authority DESC
