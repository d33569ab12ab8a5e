-- proposal_done: note what came of an approved act that an operator has done.
UPDATE approvals_proposal SET state = %(state)s, code = %(code)s, answer = %(answer)s, asked_at = %(now)s, ended_at = %(now)s
WHERE id = %(id)s AND state = 'approved'
