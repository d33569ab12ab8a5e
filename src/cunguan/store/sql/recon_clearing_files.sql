-- recon_clearing_files: the settlement files of a lane that were not booked whole, up to a settlement date.
SELECT s.channel, b.pool, s.settle_date, s.reference, s.gross_minor, s.fee_minor, s.net_minor, s.state, s.file
FROM bank_settlement s JOIN bank_account b ON b.lane = s.lane AND b.id = s.bank_account
WHERE s.lane = %(lane)s AND s.settle_date <= %(day)s AND s.state IN ('waiting', 'doubtful') ORDER BY s.file
