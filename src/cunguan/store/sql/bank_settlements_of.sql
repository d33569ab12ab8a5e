-- bank_settlements_of: the settlement files that bear some references, with their orders. Locks nothing.
SELECT s.reference, s.file, s.channel, s.settle_date, s.net_minor, s.state, s.bank_account,
       array(SELECT o.deposit FROM bank_settlement_order o WHERE o.file = s.file ORDER BY o.number),
       array(SELECT o.gross_minor FROM bank_settlement_order o WHERE o.file = s.file ORDER BY o.number),
       array(SELECT o.fee_minor FROM bank_settlement_order o WHERE o.file = s.file ORDER BY o.number)
FROM bank_settlement s WHERE s.lane = %(lane)s AND s.reference = ANY(%(ids)s) AND s.state <> 'replaced'
