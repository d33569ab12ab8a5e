-- liability_keys: every key of attesters and banks, and since when it counts no longer.
SELECT k.id, k.name, k.role, k.algorithm, k.public_key, k.maker, k.checker, k.at, e.at AS ended_at
FROM liability_key k LEFT JOIN liability_key_end e ON e.key = k.id ORDER BY k.at, k.id
