-- 0028 what the console finds at once: made beside the writers, in a step of its own.
-- Expand only. Not atomic: a death in the middle leaves an invalid index, which the next try removes first.

-- money nobody is known to own yet, by age
DROP INDEX CONCURRENTLY IF EXISTS suspense_item_that_is_open;
CREATE INDEX CONCURRENTLY suspense_item_that_is_open ON suspense_item (received_date, lane, seq) WHERE state NOT IN ('allocated', 'returned_to_source');

-- a payment by the id the bank names on the phone
DROP INDEX CONCURRENTLY IF EXISTS withdrawal_by_end_to_end;
CREATE INDEX CONCURRENTLY withdrawal_by_end_to_end ON withdrawal (lane, end_to_end_id);
DROP INDEX CONCURRENTLY IF EXISTS payout_by_end_to_end;
CREATE INDEX CONCURRENTLY payout_by_end_to_end ON payout (lane, end_to_end_id);

-- a bank's own reference of a movement
DROP INDEX CONCURRENTLY IF EXISTS bank_entry_by_bank_reference;
CREATE INDEX CONCURRENTLY bank_entry_by_bank_reference ON bank_entry (bank_reference) WHERE bank_reference <> '';

-- accounts of one code, page by page
DROP INDEX CONCURRENTLY IF EXISTS account_by_code;
CREATE INDEX CONCURRENTLY account_by_code ON account (lane, code, pool, account);

-- cards somebody has to look at
DROP INDEX CONCURRENTLY IF EXISTS card_to_review;
CREATE INDEX CONCURRENTLY card_to_review ON card (bound_date, lane, id) WHERE state = 'pending_review';

-- companies and clients whose opening waits for a person of the custodian's
DROP INDEX CONCURRENTLY IF EXISTS holder_account_to_review;
CREATE INDEX CONCURRENTLY holder_account_to_review ON holder_account (lane, id) WHERE state IN ('pending_review', 'documents_missing');

INSERT INTO schema_step (number, name) VALUES (28, '0028_console_indexes');
