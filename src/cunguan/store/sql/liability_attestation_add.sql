-- liability_attestation_add: an attestation; no row where it is there already.
INSERT INTO liability_attestation (id, snapshot, key, attester, role, assets, statement, algorithm, public_key, signature, figures, figures_salt,
    recorded_by, recorded_at)
VALUES (%(id)s, %(snapshot)s, %(key)s, %(attester)s, %(role)s, %(assets)s, %(statement)s, %(algorithm)s, %(public_key)s, %(signature)s,
    %(figures)s, %(figures_salt)s, %(recorded_by)s, %(recorded_at)s)
ON CONFLICT (id) DO NOTHING RETURNING id
