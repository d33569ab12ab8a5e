-- console_approval: the proposal an instruction came of, and who signed its version. Locks nothing.
SELECT p.id, p.kind, p.maker_reference, p.version, p.state, p.created_at, coalesce((
    SELECT jsonb_agg(jsonb_build_object('reference', s.reference, 'side', s.side, 'role', s.role, 'digest', s.digest, 'at', s.at)
        ORDER BY s.at) FROM approvals_signature s WHERE s.proposal_id = p.id AND s.version = p.version), '[]') AS signatures
FROM approvals_proposal p WHERE p.id = %(id)s
