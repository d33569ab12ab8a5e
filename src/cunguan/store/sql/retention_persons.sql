-- retention_persons: persons under an order that is not over, in lane 0 or in a lane: nothing about them may go.
SELECT person FROM legal_order WHERE state IN ('waiting', 'partly_filled', 'in_force')
UNION SELECT person FROM order_here WHERE state = 'in_force'
