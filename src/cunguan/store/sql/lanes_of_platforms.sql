-- lanes_of_platforms: each opened lane with its platform's id; lane 0 is the custodian's and has none.
SELECT lane, platform FROM lane_day WHERE lane > 0 ORDER BY lane
