"""The custodian's console (存管人工作台)."""
