-- sealed_payees_older: payees after a hash that an older version of the sealing key has sealed. Locks nothing.
SELECT payee_hash, content FROM payee_detail
WHERE payee_hash > %(payee_hash)s AND seal_version(substring(content FOR 5)) < %(version)s
ORDER BY payee_hash LIMIT %(limit)s
