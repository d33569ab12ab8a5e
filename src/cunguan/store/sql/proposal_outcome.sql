-- proposal_outcome: note what the books said of an approved instruction, or that it is not known yet. Its row is held.
UPDATE approvals_proposal SET state = %(state)s, code = %(code)s, answer = %(answer)s, asked_at = %(now)s, ended_at = %(ended_at)s
WHERE id = %(id)s AND state = 'approved'
