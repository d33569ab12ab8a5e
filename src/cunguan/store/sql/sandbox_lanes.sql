-- sandbox_lanes: the lanes that take sandbox evidence; production has none.
SELECT lane FROM lane_day WHERE sandbox ORDER BY lane
