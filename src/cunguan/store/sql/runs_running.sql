-- runs_running: the runs of one lane that have steps left.
SELECT id, next_step FROM run WHERE lane = %s AND state = 'running' ORDER BY seq
