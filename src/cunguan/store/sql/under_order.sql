-- under_order: holders whose next credit goes to a legal order, by their partial index. Locks nothing.
SELECT id, base FROM holder_account WHERE lane = %s AND waiting_orders > 0
