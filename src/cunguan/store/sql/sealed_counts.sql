-- sealed_counts: how many things each version of the sealing key has sealed; reads the head of each. Locks nothing.
SELECT seal_version(head) AS version, count(*) FROM (
    SELECT substring(content FOR 5) AS head FROM bank_file_part
    UNION ALL SELECT substring(content FOR 5) FROM payee_detail
) AS sealed GROUP BY 1 ORDER BY 1
