-- payments_held: the payments of before the last restore that wait for the bank's word or for two people's. Locks nothing.
SELECT o.lane, o.id, o.channel, o.state, o.seq, o.payload
FROM outbox o
JOIN (SELECT epoch, heads FROM epoch WHERE epoch > 1 ORDER BY epoch DESC LIMIT 1) e
  ON o.seq <= (e.heads ->> o.lane::text)::int8
WHERE o.state IN ('waiting', 'sending', 'sent', 'in_doubt') AND NOT starts_with(o.channel, 'lane:')
  AND NOT EXISTS (SELECT FROM payment_release r WHERE r.lane = o.lane AND r.message = o.id AND r.epoch = e.epoch)
ORDER BY o.lane, o.seq, o.id
