"""Papers (单据): what is handed out about the books: statements, explanations, trial balances, vouchers, what retention ends."""
