"""Engines (计算引擎): what runs an expression of `reconciliation/`: DuckDB on this machine, Spark on many; the extra `recon`."""
