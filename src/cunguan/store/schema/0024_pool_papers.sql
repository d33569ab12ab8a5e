-- 0024 which contract and which letter of its bank stand behind a pool (issue People 1). Expand only.

-- The papers behind a bank account of a pool (存管合同、不抵销承诺函): one row an account, id the account's.
--   contract, contract_until   the version of the platform's contract with the custodian, and its last day
--   letter, review_date        the bank's letter that it sets nothing off, and the last day before it must be looked at again
--   seq                        the instruction that said so last
CREATE TABLE pool_papers (
    lane                  int4 NOT NULL,
    id                    text COLLATE "C" NOT NULL,
    pool                  text COLLATE "C" NOT NULL,
    contract              text COLLATE "C" NOT NULL,
    contract_until        date NOT NULL,
    letter                text COLLATE "C" NOT NULL,
    review_date           date NOT NULL,
    seq                   int8 NOT NULL,
    CONSTRAINT pool_papers_are_there_once PRIMARY KEY (lane, id)
);
CREATE INDEX pool_papers_by_pool ON pool_papers (lane, pool);

INSERT INTO schema_step (number, name) VALUES (24, '0024_pool_papers');
