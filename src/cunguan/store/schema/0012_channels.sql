-- 0012 how payments leave: whom they go to, and under which id a bank knows them.
-- Expand only: tables of the doors, which no decision reads. Names and accounts are sealed (keys/sealed.py).

-- Who stands behind a payee's hash in the books (收款人信息): a client's card, an account of the platform's, where money came from.
CREATE TABLE payee_detail (
    payee_hash            text COLLATE "C" NOT NULL,
    name_hash             text COLLATE "C" NOT NULL,
    account_hash          text COLLATE "C" NOT NULL,
    content               bytea NOT NULL,
    at                    timestamptz NOT NULL,
    CONSTRAINT payee_detail_is_there_once PRIMARY KEY (payee_hash)
);

-- A payment in the words of its bank: the id the bank knows it by, and the file in which it leaves, the same each time it is sent.
CREATE TABLE bank_order (
    channel               text COLLATE "C" NOT NULL,
    end_to_end_id         text COLLATE "C" NOT NULL,
    lane                  int4 NOT NULL,
    payment               text COLLATE "C" NOT NULL,
    file                  int8 NOT NULL,
    at                    timestamptz NOT NULL,
    sent_at               timestamptz,
    CONSTRAINT bank_order_is_there_once PRIMARY KEY (channel, end_to_end_id),
    CONSTRAINT bank_order_is_of_one_payment UNIQUE (lane, payment)
);

CREATE TRIGGER payee_detail_is_append_only BEFORE UPDATE OR DELETE ON payee_detail FOR EACH ROW EXECUTE FUNCTION forbid_change();
CREATE TRIGGER payee_detail_is_never_emptied BEFORE TRUNCATE ON payee_detail FOR EACH STATEMENT EXECUTE FUNCTION forbid_change();

INSERT INTO schema_step (number, name) VALUES (12, '0012_channels');
