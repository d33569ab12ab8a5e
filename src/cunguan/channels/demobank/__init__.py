"""Demo bank: a bank in this process, for demo, sandbox and tests."""
