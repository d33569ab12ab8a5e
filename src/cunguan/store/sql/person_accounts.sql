-- person_accounts: the accounts of a person in a lane: state, and the business date of the last change of state; in lane 0 what the
-- custodian has with him instead, an owner of a company or one of its own people. Locks nothing.
SELECT h.id, h.state, b.business_date FROM holder_account h
LEFT JOIN LATERAL (SELECT seq FROM state_move m WHERE m.lane = h.lane AND m.machine = 'account' AND m.subject = h.id
    ORDER BY seq DESC LIMIT 1) ended ON true
LEFT JOIN LATERAL (SELECT business_date FROM batch WHERE lane = h.lane AND first_seq <= ended.seq ORDER BY first_seq DESC LIMIT 1) b ON true
WHERE h.lane = %(lane)s AND h.person = %(person)s
UNION ALL
SELECT p.person, p.state, (p.changed_at AT TIME ZONE 'Asia/Shanghai')::date FROM parties_party p
WHERE %(lane)s = 0 AND p.person = %(person)s AND p.state IN ('ended', 'refused')
UNION ALL
SELECT p.person, p.state, NULL FROM parties_party p WHERE %(lane)s = 0 AND p.person = %(person)s AND p.state NOT IN ('ended', 'refused')
ORDER BY 1
