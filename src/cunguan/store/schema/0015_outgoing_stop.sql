-- 0015 a lane's stop of outgoing payments.

-- A stop of everything that lets money leave this lane's pools (停止出金): one row, id "outgoing"; for which break.
CREATE TABLE outgoing_stop (
    lane                  int4 NOT NULL,
    id                    text COLLATE "C" NOT NULL,
    break_id              text COLLATE "C" NOT NULL,
    since_date            date NOT NULL,
    seq                   int8 NOT NULL,
    state                 text COLLATE "C" NOT NULL,
    CONSTRAINT outgoing_stop_is_there_once PRIMARY KEY (lane, id)
);

INSERT INTO schema_step (number, name) VALUES (15, '0015_outgoing_stop');
