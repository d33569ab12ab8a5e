-- proposals_unknown: the next approved instruction that was last asked, or signed, before a while; with the bytes that were signed.
-- Locks its row; one that another holds is left.
SELECT p.id, p.kind, p.lane, p.maker_reference, p.version, v.canonical, v.digest, v.quorum
FROM approvals_proposal p JOIN approvals_version v ON v.proposal_id = p.id AND v.number = p.version
WHERE p.state = 'approved' AND p.kind = ANY (%(kinds)s) AND p.id > %(after)s AND coalesce(p.asked_at,
    (SELECT max(s.at) FROM approvals_signature s WHERE s.proposal_id = p.id AND s.version = p.version)) < %(before)s
ORDER BY p.id LIMIT 1
FOR UPDATE OF p SKIP LOCKED
