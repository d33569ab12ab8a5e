-- proposals_for_operator: approved acts that an operator does, or one of them, with the bytes that were signed. Locks it where one is named.
SELECT p.id, p.kind, p.lane, p.maker_reference, p.version, v.canonical, v.digest, v.quorum
FROM approvals_proposal p JOIN approvals_version v ON v.proposal_id = p.id AND v.number = p.version
WHERE p.state = 'approved' AND p.kind = ANY (%(kinds)s) AND (%(id)s = '' OR p.id = %(id)s) ORDER BY p.created_at, p.id
FOR UPDATE OF p
