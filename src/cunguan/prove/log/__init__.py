"""The log's auditor (留痕审计): derives every leaf again from the books and compares, with code of its own (ADR 0041)."""
