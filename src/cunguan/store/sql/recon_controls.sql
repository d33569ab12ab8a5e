-- recon_controls: how many control accounts a lane has.
SELECT count(*) FROM account
WHERE lane = %(lane)s AND code IN ('2020', '2125', '2030', '2155', '2015', '1020', '2040', '2210', '2220', '2230', '1030', '1040', '2310')
