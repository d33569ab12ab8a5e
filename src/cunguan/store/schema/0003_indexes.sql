-- 0003 indexes on tables that have rows: made beside their writers, in a step of its own.
-- Expand only. Not atomic: a death in the middle leaves an invalid index, which the next try removes first.

-- claims by who has them
DROP INDEX CONCURRENTLY IF EXISTS claim_by_holder;
CREATE INDEX CONCURRENTLY claim_by_holder ON claim (lane, holder);

-- the holders whose next credit goes to a legal order: read once at each start of a lane
DROP INDEX CONCURRENTLY IF EXISTS holder_account_under_order;
CREATE INDEX CONCURRENTLY holder_account_under_order ON holder_account (lane) WHERE waiting_orders > 0;

-- history: an instant or a business date becomes a sequence; what one client lent and was paid, at any time
DROP INDEX CONCURRENTLY IF EXISTS batch_by_instant;
CREATE INDEX CONCURRENTLY batch_by_instant ON batch (lane, at, first_seq);
DROP INDEX CONCURRENTLY IF EXISTS batch_by_business_date;
CREATE INDEX CONCURRENTLY batch_by_business_date ON batch (lane, business_date, first_seq);
DROP INDEX CONCURRENTLY IF EXISTS claim_move_by_holder;
CREATE INDEX CONCURRENTLY claim_move_by_holder ON claim_move (lane, holder, seq);

-- the runs of a listing
DROP INDEX CONCURRENTLY IF EXISTS run_by_listing;
CREATE INDEX CONCURRENTLY run_by_listing ON run (lane, listing);

-- listings whose raise has not begun
DROP INDEX CONCURRENTLY IF EXISTS listing_that_never_opened;
CREATE INDEX CONCURRENTLY listing_that_never_opened ON listing (lane, raise_until) WHERE state = 'registered';

INSERT INTO schema_step (number, name) VALUES (3, '0003_indexes');
