-- parties_platform_file: all that the page of a platform's file shows beside its places: the file itself, the versions of its contract,
-- the letter brought last for each bank account, what was reported and decided, the newest first. Locks nothing.
SELECT f.for_lane, f.id AS platform, to_jsonb(d) AS file, coalesce((
    SELECT jsonb_agg(to_jsonb(c) ORDER BY c.version DESC) FROM (
        SELECT * FROM parties_contract WHERE lane = f.for_lane ORDER BY version DESC LIMIT %(contracts)s) c), '[]') AS contracts, coalesce((
    SELECT jsonb_agg(to_jsonb(l)) FROM (
        SELECT DISTINCT ON (bank_account) * FROM parties_letter WHERE lane = f.for_lane ORDER BY bank_account, at DESC, id DESC) l), '[]') AS letters, coalesce((
    SELECT jsonb_agg(to_jsonb(s) ORDER BY s.at DESC, s.id DESC) FROM (
        SELECT * FROM parties_step WHERE lane = f.for_lane ORDER BY at DESC, id DESC LIMIT %(steps)s) s), '[]') AS steps
FROM platform f LEFT JOIN parties_platform d ON d.lane = f.for_lane
WHERE f.lane = 0 AND f.for_lane = %(lane)s
