-- 0005 a lane's stop of new bids.

-- A stop of new bids in this lane (停止投标): one row, id "bids"; which days were left unconfirmed.
CREATE TABLE bid_stop (
    lane                  int4 NOT NULL,
    id                    text COLLATE "C" NOT NULL,
    since_date            date NOT NULL,
    until_date            date NOT NULL,
    seq                   int8 NOT NULL,
    state                 text COLLATE "C" NOT NULL,
    CONSTRAINT bid_stop_ends_after_it_begins CHECK (since_date <= until_date),
    CONSTRAINT bid_stop_is_there_once PRIMARY KEY (lane, id)
);

INSERT INTO schema_step (number, name) VALUES (5, '0005_bid_stop');
