-- adjustments: requests that a wrong credit is reversed, with the platform of the lane. Locks nothing.
SELECT d.lane, l.platform, d.id, d.of, d.line, d.holder, d.amount_minor, d.asked_by, d.reason, d.state
FROM adjustment d JOIN lane_day l ON l.lane = d.lane
ORDER BY d.lane, d.seq
