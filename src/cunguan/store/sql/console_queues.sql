-- console_queues: each work queue of the console: how many wait, up to 100, and since when the oldest does. Every part reads an index
-- of what is open, or a small table; of instructions those that are not summed up yet, by their number. Locks nothing.
SELECT 'breaks' AS name, count(*) AS waiting, min(since)::timestamptz AS since FROM (
    (SELECT since FROM recon_break WHERE state <> 'closed' ORDER BY since LIMIT 100)
    UNION ALL (SELECT business_date FROM check_break WHERE state <> 'closed' ORDER BY business_date LIMIT 100)) b
UNION ALL
SELECT 'suspense', count(*), min(received_date)::timestamptz FROM (
    SELECT received_date FROM suspense_item
    WHERE state NOT IN ('allocated', 'returned_to_source') AND code <> '2220' ORDER BY received_date LIMIT 100) s
UNION ALL
SELECT 'returns', count(*), min(received_date)::timestamptz FROM (
    SELECT received_date FROM suspense_item
    WHERE state NOT IN ('allocated', 'returned_to_source') AND code = '2220' ORDER BY received_date LIMIT 100) s
UNION ALL
SELECT 'in-doubt', count(*), min(b.at) FROM (
    SELECT lane, seq FROM outbox WHERE state = 'in_doubt' AND NOT starts_with(channel, 'lane:') ORDER BY lane, seq LIMIT 100) o
CROSS JOIN LATERAL (SELECT at FROM batch WHERE lane = o.lane AND first_seq <= o.seq ORDER BY first_seq DESC LIMIT 1) b
UNION ALL
SELECT 'log-waits', count(*), min(since) FROM (SELECT since FROM log_wait ORDER BY since LIMIT 100) w
UNION ALL
SELECT 'quarantine', count(*), min(b.at) FROM (
    SELECT q.lane, q.seq FROM (
        SELECT lane, seq FROM console_quarantine
        UNION
        SELECT i.lane, i.seq FROM lane l LEFT JOIN console_mark m ON m.lane = l.lane
        CROSS JOIN LATERAL (SELECT lane, seq, state FROM instruction WHERE lane = l.lane AND seq > greatest(coalesce(m.upto, 0), l.head - 20000)
            ORDER BY seq DESC LIMIT 20000) i
        WHERE i.state = 'quarantined') q
    JOIN instruction i ON i.lane = q.lane AND i.seq = q.seq
    WHERE NOT EXISTS (SELECT FROM state_move m WHERE m.lane = i.lane AND m.machine = 'instruction' AND m.subject = i.id)
    LIMIT 100) q
CROSS JOIN LATERAL (SELECT at FROM batch WHERE lane = q.lane AND first_seq <= q.seq ORDER BY first_seq DESC LIMIT 1) b
UNION ALL
SELECT 'reviews', count(*), NULL FROM (
    SELECT 1 FROM holder_account WHERE state IN ('pending_review', 'documents_missing') LIMIT 100) h
UNION ALL
SELECT 'cards', count(*), min(bound_date)::timestamptz FROM (
    SELECT bound_date FROM card WHERE state = 'pending_review' ORDER BY bound_date LIMIT 100) c
UNION ALL
SELECT 'check-files', count(*), min(business_date)::timestamptz FROM (
    SELECT f.lane, f.business_date FROM check_file f
    WHERE f.kind = 'lanmao' AND NOT EXISTS (SELECT FROM check_confirm c WHERE c.lane = f.lane AND c.business_date = f.business_date)
    ORDER BY f.business_date LIMIT 100) f
UNION ALL
SELECT 'statements', count(*), min(last.day)::timestamptz FROM (
    SELECT b.lane, b.id, day.business_date FROM bank_account b
    CROSS JOIN LATERAL (SELECT t.business_date FROM batch t JOIN lane_day d ON d.lane = t.lane
        WHERE t.lane = b.lane AND t.business_date < d.business_date ORDER BY t.business_date DESC, t.first_seq DESC LIMIT 1) day
    WHERE b.state = 'active') b
LEFT JOIN LATERAL (SELECT s.day FROM bank_statement s WHERE s.lane = b.lane AND s.bank_account = b.id AND s.kind = 'statement'
    AND s.state NOT IN ('replaced', 'refused') ORDER BY s.day DESC LIMIT 1) last ON true
WHERE last.day IS NULL OR last.day < b.business_date
UNION ALL
SELECT 'shortfalls', count(*), min(found_date)::timestamptz FROM shortfall WHERE state IN ('found', 'overdue')
UNION ALL
SELECT 'approvals', count(*), min(created_at) FROM (
    SELECT p.created_at FROM approvals_proposal p
    WHERE p.state = 'approved' OR p.state = 'open' AND p.expires_at > %(now)s AND NOT EXISTS (
        SELECT FROM approvals_signature s WHERE s.proposal_id = p.id AND s.version = p.version AND s.user_id = %(user)s::uuid)
    ORDER BY p.created_at LIMIT 100) p
UNION ALL
SELECT 'parties-due', count(*), min(check_by)::timestamptz FROM (
    SELECT check_by FROM parties_party WHERE state = 'due' ORDER BY check_by LIMIT 100) d
UNION ALL
SELECT 'parties-review', count(*), min(changed_at) FROM (
    SELECT changed_at FROM parties_party WHERE state = 'in_review' AND kind IN ('person', 'company') ORDER BY changed_at LIMIT 100) r
UNION ALL
SELECT 'owners-review', count(*), min(changed_at) FROM (
    SELECT changed_at FROM parties_party WHERE state = 'in_review' AND kind = 'owner' ORDER BY changed_at LIMIT 100) w
UNION ALL
SELECT 'platforms-review', count(*), min(changed_at) FROM (
    SELECT changed_at FROM parties_platform WHERE state IN ('reported', 'due') ORDER BY changed_at LIMIT 100) f
UNION ALL
SELECT 'notices-failed', count(*), min(at) FROM (SELECT at FROM notices_notice WHERE outgoing = 'failed' ORDER BY id LIMIT 100) n
UNION ALL
SELECT 'notices-waiting', count(*), min(at) FROM (
    SELECT at FROM notices_notice WHERE outgoing = 'waiting' AND at < %(now)s::timestamptz - interval '5 minutes' ORDER BY id LIMIT 100) n
UNION ALL
SELECT 'jobs', count(*), min(scheduled_at) FROM (SELECT scheduled_at FROM procrastinate_jobs WHERE status = 'failed' LIMIT 100) j
