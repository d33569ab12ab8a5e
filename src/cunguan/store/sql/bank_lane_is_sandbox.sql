-- bank_lane_is_sandbox: whether a lane is a sandbox's: there a test client is called as his account.
SELECT sandbox FROM lane_day WHERE lane = %(lane)s
