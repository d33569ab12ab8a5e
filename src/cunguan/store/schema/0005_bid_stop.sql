-- 0005 a lane's stop of new bids.

INSERT INTO schema_step (number, name) VALUES (5, '0005_bid_stop');
