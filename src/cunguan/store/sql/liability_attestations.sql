-- liability_attestations: what was attested of a snapshot, in the order it was recorded.
SELECT id, statement, algorithm, public_key, signature, figures, figures_salt FROM liability_attestation
WHERE snapshot = %(snapshot)s ORDER BY recorded_at, id
