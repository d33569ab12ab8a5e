"""Store: the hands that read facts and write batches; PostgreSQL, and a twin in memory under the same tests."""
