-- log_anchors: every stamp that was kept.
SELECT log, size, authority, serial, stamped_at, token, note FROM log_anchor ORDER BY log, size, authority
