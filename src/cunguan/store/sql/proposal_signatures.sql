-- proposal_signatures: the signatures of a proposal's version, in the order they were given.
SELECT side, reference, digest, evidence_kind, public_key, assertion, at FROM approvals_signature
WHERE proposal_id = %(id)s AND version = %(version)s ORDER BY at, id
